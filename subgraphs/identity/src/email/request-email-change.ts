import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { sendEmailChangeMail } from '../mail/mail-jobs.ts'
import { mailsByRecipient } from '../rate-limit/limits.ts'
import { isWithin } from '../rate-limit/rate-limit.ts'
import { requireFreshSession } from '../session/require-session.ts'
import { emailAddress } from '../user/user.ts'
import { findUser } from '../user/user-store.ts'
import { insertEmailChange } from './email-change-store.ts'

const input = z.object({ newEmail: emailAddress })

/** Mails a link to the new address. When that has an account already, its owner is told so instead; the answer is the same. */
export const requestEmailChange = async (ctx: Context, raw: unknown): Promise<Result<string>> => {
  const viewer = await requireFreshSession(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { newEmail } = parsed.value
  const user = await findUser(ctx.db, viewer.id)
  if (user.email === newEmail)
    return fail('VALIDATION', 'This is the address of your account.', { field: ['input', 'newEmail'] })
  if (!(await isWithin(ctx, mailsByRecipient, newEmail)))
    return fail('LIMIT_EXCEEDED', 'Many mails went to this address. Try again in an hour.')
  return transaction(ctx.db, async (tx) => {
    const id = ctx.makeId()
    await insertEmailChange(tx, { id, userId: user.id, newEmail, requestedAt: ctx.clock.now() })
    await ctx.enqueue(tx, sendEmailChangeMail, { emailChangeId: id })
    return ok(newEmail)
  })
}
