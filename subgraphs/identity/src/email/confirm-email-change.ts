import { isUniqueViolation, type Transaction, transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { sendAccountNotice, sendFormerAddressNotice } from '../mail/mail-jobs.ts'
import { findOptionalToken, useToken, voidTokens } from '../mail/mail-token.ts'
import { requireFreshSession } from '../session/require-session.ts'
import { findUserForUpdate, updateUser } from '../user/user-store.ts'
import { saveFormerEmail } from './email-change-store.ts'

const input = z.object({ token: z.string().min(1).max(200) })

/** Makes a new address the account's own. Link and session must belong to the same person. Links to the old address die. */
export const confirmEmailChange = async (ctx: Context, raw: unknown): Promise<Result<{ readonly id: string }>> => {
  const viewer = await requireFreshSession(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { token } = parsed.value
  const now = ctx.clock.now()
  const found = await findOptionalToken(ctx.db, token, 'CHANGE_EMAIL', now)
  if (found?.userId !== viewer.id)
    return fail('EXPIRED', 'This link is used or too old.', { field: ['input', 'token'] })
  try {
    return await transaction(ctx.db, async (tx) => {
      if (!(await useToken(tx, token, 'CHANGE_EMAIL', now))) return fail('EXPIRED', 'This link is used or too old.')
      await change(ctx, tx, viewer.id, found.email)
      return ok({ id: viewer.id })
    })
  } catch (error) {
    // Only who reads that mailbox gets here, so this tells nobody else about the account.
    if (isUniqueViolation(error, 'users_email'))
      return fail('ALREADY_EXISTS', 'This address has an account of its own.')
    throw error
  }
}

const change = async (ctx: Context, tx: Transaction, userId: string, email: string): Promise<void> => {
  const now = ctx.clock.now()
  const user = await findUserForUpdate(tx, userId)
  await updateUser(tx, userId, { email, emailVerifiedAt: now })
  for (const purpose of ['CHANGE_EMAIL', 'RESET_PASSWORD', 'VERIFY_EMAIL'] as const)
    await voidTokens(tx, userId, purpose, now)
  const emailChangeId = await saveFormerEmail(tx, userId, email, user.email)
  if (emailChangeId) await ctx.enqueue(tx, sendFormerAddressNotice, { emailChangeId })
  await ctx.enqueue(tx, sendAccountNotice, { userId, notice: 'EMAIL_CHANGED' })
}
