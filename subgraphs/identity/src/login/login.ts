import { type Transaction, transaction } from '@gigraph/shared/database'
import { type Failure, fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { after } from '@gigraph/shared/time'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { hashToken } from '../crypto/secrets.ts'
import { useTrustedDevice } from '../factor/factor-store.ts'
import { sendMfaCode } from '../mail/mail-jobs.ts'
import { passwordText } from '../password/password.ts'
import { hashPassword, needsRehash, verifyPassword } from '../password/password-hash.ts'
import { codesByUser, loginsByAccount, loginsByAccountAndAddress, loginsByAddress } from '../rate-limit/limits.ts'
import { countTry, forgive, isWithin, requireCalm, requireWithin, tooOften } from '../rate-limit/rate-limit.ts'
import { DEVICE_COOKIE } from '../session/hand-over.ts'
import { isKnownAddress } from '../session/session-store.ts'
import { type AuthTokens, issueTokens, type OpenSession, startSession } from '../session/start-session.ts'
import { statusOf } from '../user/user.ts'
import {
  findCredentials,
  findOptionalWithCredentials,
  findUserForUpdate,
  replacePasswordHash,
  type UserWithCredentials,
} from '../user/user-store.ts'
import { CHALLENGE_LIFETIME, type LoginChallenge, type MfaMethod } from './challenge.ts'
import { insertChallenge } from './challenge-store.ts'
import { methodsOf } from './methods.ts'

const input = z.object({
  email: z
    .string()
    .max(254)
    .transform((email) => email.trim().toLowerCase()),
  password: passwordText,
  deviceToken: z.string().max(200).nullish(),
})

/** What a right password leads to: a second factor, or at once to tokens from a trusted device. */
export type LoggingIn =
  | { readonly challenge: LoginChallenge & { readonly methods: readonly MfaMethod[] }; readonly tokens: null }
  | { readonly challenge: null; readonly tokens: AuthTokens }

/**
 * The first step of logging in. Unknown addresses and wrong passwords get the same answer after the same work; what is wrong
 * with an account is said only to who knows its password.
 *
 * @throws {ApplicationError} RATE_LIMITED
 */
export const login = async (ctx: Context, raw: unknown): Promise<Result<LoggingIn>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { email, password } = parsed.value
  const deviceToken = parsed.value.deviceToken ?? ctx.cookies?.get(DEVICE_COOKIE) ?? null
  const found = await findOptionalWithCredentials(ctx.db, email)
  await requireFewTries(ctx, email, found)
  if (!(await verifyPassword(found?.passwordHash ?? null, password)) || !found) return wrong()

  const { user } = found
  await forgive(ctx, [
    [loginsByAccount, email],
    [loginsByAccountAndAddress, pairOf(ctx, email)],
  ])
  const passwordHash = await rehash(ctx, found, password)
  if (!user.emailVerifiedAt)
    return fail('EMAIL_NOT_VERIFIED', 'Verify your e-mail address first: the link is in our mail to you.')
  if (statusOf(user, ctx.clock.now()) !== 'ACTIVE')
    return fail('NOT_ALLOWED', `This account is suspended. ${user.suspensionReason ?? ''}`.trim())
  return proceed(ctx, { user, passwordHash }, deviceToken)
}

/** Renews a hash with weaker parameters than today's, unless the password has been changed meanwhile. Returns the hash that counts. */
const rehash = async (ctx: Context, { user, passwordHash }: UserWithCredentials, password: string): Promise<string> => {
  if (!needsRehash(passwordHash)) return passwordHash
  const renewed = await hashPassword(password)
  return (await replacePasswordHash(ctx.db, user.id, { from: passwordHash, to: renewed })) ? renewed : passwordHash
}

const wrong = (): Failure => fail('INVALID_CREDENTIALS', 'E-mail address and password do not fit.')

/**
 * Whether password and account are still what they were when the password was looked at, which takes a while. Locks the user, as
 * whoever changes either does.
 */
const isStillProven = async (ctx: Context, tx: Transaction, proven: UserWithCredentials): Promise<boolean> => {
  const user = await findUserForUpdate(tx, proven.user.id)
  const { passwordHash } = await findCredentials(tx, user.id)
  return passwordHash === proven.passwordHash && statusOf(user, ctx.clock.now()) === 'ACTIVE'
}

const pairOf = (ctx: Context, email: string): string => `${email} ${ctx.caller.address}`

/** Counts the try before the password is looked at, so that parallel tries count too. */
const requireFewTries = async (ctx: Context, email: string, found: UserWithCredentials | null): Promise<void> => {
  await requireCalm(ctx, loginsByAddress)
  await requireWithin(ctx, loginsByAccountAndAddress, pairOf(ctx, email))
  const { count, resetsAt } = await countTry(ctx, loginsByAccount, email)
  if (count <= loginsByAccount.max) return
  if (!found || !(await isKnownAddress(ctx.db, found.user.id, ctx.caller.address))) throw tooOften(ctx, resetsAt)
}

const proceed = async (
  ctx: Context,
  proven: UserWithCredentials,
  deviceToken: string | null,
): Promise<Result<LoggingIn>> => {
  const { user } = proven
  const trusted = deviceToken ? await openTrusted(ctx, proven, deviceToken) : null
  if (trusted) return ok({ challenge: null, tokens: await issueTokens(ctx, trusted) })
  const methods = await methodsOf(ctx.db, user)
  // Who has something better is asked for that; a mailed code they can still ask for.
  const isMailed = methods[0] === 'EMAIL'
  const mayMail = !isMailed || (await isWithin(ctx, codesByUser, user.id))
  if (!mayMail)
    return fail('LIMIT_EXCEEDED', 'We have sent you many codes in the last hour. Wait a while and try again.')
  return transaction(ctx.db, async (tx) => {
    if (!(await isStillProven(ctx, tx, proven))) return wrong()
    const now = ctx.clock.now()
    const challenge = await insertChallenge(tx, {
      id: ctx.makeId(),
      userId: user.id,
      createdAt: now,
      expiresAt: after(now, CHALLENGE_LIFETIME),
    })
    if (isMailed) await ctx.enqueue(tx, sendMfaCode, { challengeId: challenge.id })
    return ok({ challenge: { ...challenge, methods }, tokens: null })
  })
}

/** A session on a device that the user trusts; null on another. */
const openTrusted = (ctx: Context, proven: UserWithCredentials, deviceToken: string): Promise<OpenSession | null> =>
  transaction(ctx.db, async (tx) => {
    if (!(await isStillProven(ctx, tx, proven))) return null
    const { user } = proven
    const device = { userId: user.id, tokenHash: hashToken(deviceToken), at: ctx.clock.now() }
    return (await useTrustedDevice(tx, device)) ? startSession(ctx, tx, user) : null
  })
