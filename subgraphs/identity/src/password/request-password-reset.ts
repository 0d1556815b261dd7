import { transaction } from '@gigraph/shared/database'
import { ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { sendPasswordResetMail } from '../mail/mail-jobs.ts'
import { mailsByRecipient, registrationsByAddress } from '../rate-limit/limits.ts'
import { isWithin, requireCalm } from '../rate-limit/rate-limit.ts'
import { emailAddress } from '../user/user.ts'
import { findOptionalUserByEmail } from '../user/user-store.ts'

const input = z.object({ email: emailAddress })

/** Mails a link to a new password. Known and unknown addresses: same answer, same work; the mail goes out later. */
export const requestPasswordReset = async (ctx: Context, raw: unknown): Promise<Result<string>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { email } = parsed.value
  await requireCalm(ctx, registrationsByAddress)
  const mayMail = await isWithin(ctx, mailsByRecipient, email)
  return transaction(ctx.db, async (tx) => {
    const user = await findOptionalUserByEmail(tx, email)
    // Nobody has a fresh id: the job finds nobody and ends.
    if (mayMail) await ctx.enqueue(tx, sendPasswordResetMail, { userId: user?.id ?? ctx.makeId() })
    return ok(email)
  })
}
