import { transaction } from '@gigraph/shared/database'
import { ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { sendVerificationMail } from '../mail/mail-jobs.ts'
import { mailsByRecipient, registrationsByAddress } from '../rate-limit/limits.ts'
import { isWithin, requireCalm } from '../rate-limit/rate-limit.ts'
import { emailAddress } from './user.ts'
import { findOptionalUserByEmail } from './user-store.ts'

const input = z.object({ email: emailAddress })

/** Mails a new link to an address that is still to be verified. Known, unknown and verified addresses: same answer, same work. */
export const resendVerificationEmail = async (ctx: Context, raw: unknown): Promise<Result<string>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { email } = parsed.value
  await requireCalm(ctx, registrationsByAddress)
  const mayMail = await isWithin(ctx, mailsByRecipient, email)
  return transaction(ctx.db, async (tx) => {
    const user = await findOptionalUserByEmail(tx, email)
    // Nobody has a fresh id: the job finds nobody and ends.
    if (mayMail) await ctx.enqueue(tx, sendVerificationMail, { userId: user?.id ?? ctx.makeId() })
    return ok(email)
  })
}
