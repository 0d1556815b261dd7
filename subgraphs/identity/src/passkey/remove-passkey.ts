import { transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { hasTotp, replaceRecoveryCodes } from '../factor/factor-store.ts'
import { findMfa, type Mfa } from '../factor/mfa.ts'
import { sendAccountNotice } from '../mail/mail-jobs.ts'
import { requireFreshSession } from '../session/require-session.ts'
import { findUserForUpdate } from '../user/user-store.ts'
import { deletePasskey, listPasskeys } from './passkey-store.ts'

const input = z.object({ passkeyId: z.uuid() })

/** Takes a passkey away; one second factor stays. @throws {ApplicationError} NOT_FOUND for others' passkeys */
export const removePasskey = async (ctx: Context, raw: unknown): Promise<Result<Mfa>> => {
  const viewer = await requireFreshSession(ctx)
  const parsed = input.safeParse(raw)
  if (!parsed.success) throw notFound('Passkey')
  const result = await transaction(ctx.db, async (tx): Promise<Result<true>> => {
    // The row's lock keeps the other factors from being taken away at the same time.
    const user = await findUserForUpdate(tx, viewer.id)
    const own = await listPasskeys(tx, user.id)
    if (!own.some(({ id }) => id === parsed.data.passkeyId)) throw notFound('Passkey')
    const isLast = own.length === 1 && !(await hasTotp(tx, user.id))
    if (isLast && !user.emailMfa)
      return fail('INVALID_STATE', 'This passkey is your only second factor. Turn on codes by mail first.', {
        allowed: ['setEmailMfa'],
      })
    await deletePasskey(tx, parsed.data.passkeyId)
    // Recovery codes stand in for an app or a passkey that is lost; codes by mail need none.
    if (isLast) await replaceRecoveryCodes(tx, user.id, [], ctx.clock.now())
    await ctx.enqueue(tx, sendAccountNotice, { userId: user.id, notice: 'PASSKEY_REMOVED' })
    return ok(true)
  })
  return result.ok ? ok(await findMfa(ctx, viewer.id)) : result
}
