import { isUniqueViolation, type Transaction, transaction } from '@gigraph/shared/database'
import { type Failure, fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { after } from '@gigraph/shared/time'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { userRegistered } from '../events.ts'
import { sendAccountNotice, sendVerificationMail } from '../mail/mail-jobs.ts'
import { faultOf, LEAST_ALONE, passwordText } from '../password/password.ts'
import { hashPassword } from '../password/password-hash.ts'
import { mailsByRecipient, registrationsByAddress } from '../rate-limit/limits.ts'
import { isWithin, requireCalm } from '../rate-limit/rate-limit.ts'
import { displayName, emailAddress, handle, locale, timeZone, UNVERIFIED_LIFETIME } from './user.ts'
import {
  findOptionalUserByEmail,
  findUserForUpdate,
  insertUser,
  isHandleTaken,
  removeOldReservations,
  reserveHandle,
} from './user-store.ts'

/** How long a handle looks taken after a registration with an address that has an account: as long as an unverified account lives. */
const RESERVED = UNVERIFIED_LIFETIME

const input = z.object({
  role: z.enum(['CLIENT', 'FREELANCER', 'TOOL_CREATOR']),
  email: emailAddress,
  password: passwordText,
  handle,
  displayName,
  locale: locale.nullish(),
  timeZone: timeZone.nullish(),
  acceptTerms: z.literal(true, { error: 'Accept the terms to register.' }),
})
type Registration = z.output<typeof input>

/**
 * Registers a client, freelancer or tool creator and mails a link to verify the address. An address that has an account already
 * gets the same answer after the same work, and its owner a mail that says so: nobody learns here who is a member.
 */
export const register = async (ctx: Context, raw: unknown): Promise<Result<string>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const registration = parsed.value
  const fault = faultOf(registration.password, registration, LEAST_ALONE)
  if (fault) return fail('VALIDATION', fault, { field: ['input', 'password'] })
  await requireCalm(ctx, registrationsByAddress)
  const mayMail = await isWithin(ctx, mailsByRecipient, registration.email)
  const passwordHash = await hashPassword(registration.password)
  try {
    return await transaction(ctx.db, (tx) => save(ctx, tx, registration, { passwordHash, mayMail }))
  } catch (error) {
    // Somebody else took the handle or the address between our look and our insert.
    if (isUniqueViolation(error, 'users_handle')) return handleTaken()
    if (isUniqueViolation(error, 'users_email')) return ok(registration.email)
    throw error
  }
}

const handleTaken = (): Failure =>
  fail('ALREADY_EXISTS', 'This handle is taken. Choose another.', { field: ['input', 'handle'] })

const save = async (
  ctx: Context,
  tx: Transaction,
  { email, handle, displayName, role, locale, timeZone }: Registration,
  { passwordHash, mayMail }: { readonly passwordHash: string; readonly mayMail: boolean },
): Promise<Result<string>> => {
  const now = ctx.clock.now()
  if (await isHandleTaken(tx, handle, now)) return handleTaken()
  const owner = await findOptionalUserByEmail(tx, email)
  if (owner) {
    // A free handle after a registration would tell that the address was known.
    await reserveHandle(tx, handle, after(now, RESERVED))
    // As many statements as a new account takes, so that both ways take about as long. The sweep is due now and then anyway.
    await removeOldReservations(tx, now)
    await findUserForUpdate(tx, owner.id)
    if (!mayMail) return ok(email)
    if (owner.emailVerifiedAt)
      await ctx.enqueue(tx, sendAccountNotice, { userId: owner.id, notice: 'ALREADY_REGISTERED' })
    else await ctx.enqueue(tx, sendVerificationMail, { userId: owner.id })
    return ok(email)
  }
  const roles = [role]
  const user = await insertUser(
    tx,
    {
      id: ctx.makeId(),
      email,
      handle,
      displayName,
      roles,
      locale: locale ?? 'en',
      timeZone: timeZone ?? 'UTC',
      createdAt: now,
      termsAcceptedAt: now,
    },
    passwordHash,
  )
  await ctx.publish(tx, userRegistered, { userId: user.id, handle, displayName, roles })
  if (mayMail) await ctx.enqueue(tx, sendVerificationMail, { userId: user.id })
  return ok(email)
}
