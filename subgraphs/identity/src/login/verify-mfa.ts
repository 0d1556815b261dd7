import { isSameText } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { after } from '@gigraph/shared/time'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { unseal } from '../crypto/seal.ts'
import { hashToken, keyedHash, mintToken } from '../crypto/secrets.ts'
import { findOptionalTotp, insertTrustedDevice, takeRecoveryCode, takeTotpStep } from '../factor/factor-store.ts'
import { recoveryCodeHash } from '../factor/recovery-codes.ts'
import { TOTP_PURPOSE, totpStepOf } from '../factor/totp.ts'
import { sendAccountNotice } from '../mail/mail-jobs.ts'
import { verifyAssertion } from '../passkey/verify-assertion.ts'
import { tokensByAddress } from '../rate-limit/limits.ts'
import { requireCalm } from '../rate-limit/rate-limit.ts'
import { DEVICE_COOKIE, handOver } from '../session/hand-over.ts'
import { type AuthTokens, issueTokens, type OpenSession, startSession } from '../session/start-session.ts'
import { statusOf, type User } from '../user/user.ts'
import { countMfaFailure, findCredentials, findUserForUpdate, updateCredentials } from '../user/user-store.ts'
import { CODE_PURPOSE, type LoginChallenge, MOST_CONSECUTIVE_FAILURES, MOST_FAILURES } from './challenge.ts'
import { countFailure, findOptionalChallenge, findOptionalChallengeForUpdate, saveSolved } from './challenge-store.ts'

const TRUST = '30d'

const input = z
  .object({
    challengeId: z.uuid({ error: 'This is not a challenge; log in again.' }),
    code: z
      .string()
      .max(20)
      .transform((code) => code.replaceAll(/\s/g, ''))
      .nullish(),
    recoveryCode: z.string().max(60).nullish(),
    passkey: z.unknown().optional(),
    trustDevice: z.boolean().nullish(),
  })
  .refine(({ code, recoveryCode, passkey }) => [code, recoveryCode, passkey].filter(Boolean).length === 1, {
    error: 'Send a code, a recovery code or the answer of a passkey.',
    path: ['code'],
  })
type Answer = z.output<typeof input>

interface TrustedToken {
  readonly token: string
  readonly expiresAt: Date
}

interface Opened {
  readonly session: OpenSession
  readonly device: TrustedToken | null
}

export interface LoggedIn {
  readonly tokens: AuthTokens
  /** For `login`, when the device is to be trusted and the token did not go into a cookie. */
  readonly deviceToken: string | null
}

/**
 * The second step of logging in. Answers to one challenge are judged one after another under its lock, so a code works once and
 * wrong answers count however many arrive at the same time (hardening 2).
 */
export const verifyMfa = async (ctx: Context, raw: unknown): Promise<Result<LoggedIn>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const answer = parsed.value
  await requireCalm(ctx, tokensByAddress)
  const result = await transaction(ctx.db, async (tx): Promise<Result<Opened>> => {
    const now = ctx.clock.now()
    // The user first, as wherever both are locked: who ends all sessions also ends all logins.
    const asked = await findOptionalChallenge(tx, answer.challengeId)
    const user = asked && (await findUserForUpdate(tx, asked.userId))
    const challenge = asked && (await findOptionalChallengeForUpdate(tx, asked.id))
    if (!user || !challenge || challenge.solvedAt || challenge.expiresAt <= now)
      return fail('EXPIRED', 'This login has expired. Log in again.')
    if (challenge.failures >= MOST_FAILURES) return fail('LIMIT_EXCEEDED', 'Too many wrong codes. Log in again.')
    if (statusOf(user, now) !== 'ACTIVE') return fail('NOT_ALLOWED', 'This account is suspended.')
    const { mfaFailures } = await findCredentials(tx, user.id)
    if (mfaFailures >= MOST_CONSECUTIVE_FAILURES)
      return fail('LIMIT_EXCEEDED', 'Too many wrong codes for this account. Choose a new password to go on.')

    if (!(await isRight(ctx, tx, user, challenge, answer))) return refuse(tx, challenge, answer)
    await saveSolved(tx, challenge.id, now)
    await updateCredentials(tx, user.id, { mfaFailures: 0 })
    if (answer.recoveryCode) await ctx.enqueue(tx, sendAccountNotice, { userId: user.id, notice: 'RECOVERY_CODE_USED' })
    const session = await startSession(ctx, tx, user)
    return ok({ session, device: answer.trustDevice ? await trustDevice(ctx, tx, user) : null })
  })
  if (!result.ok) return result
  const { session, device } = result.value
  const deviceToken =
    device && handOver(ctx, { cookie: DEVICE_COOKIE, secret: device.token, expiresAt: device.expiresAt })
  return ok({ tokens: await issueTokens(ctx, session), deviceToken })
}

const refuse = async (tx: Transaction, challenge: LoginChallenge, { passkey }: Answer) => {
  await countFailure(tx, challenge.id)
  await countMfaFailure(tx, challenge.userId)
  const left = MOST_FAILURES - challenge.failures - 1
  const fault = passkey ? 'The passkey was refused.' : 'The code is wrong.'
  return fail(
    'INVALID_CODE',
    left > 0 ? `${fault} You have ${left} more ${left === 1 ? 'try' : 'tries'}.` : `${fault} Log in again.`,
    { field: ['input', passkey ? 'passkey' : 'code'] },
  )
}

const isRight = async (
  ctx: Context,
  tx: Transaction,
  user: User,
  challenge: LoginChallenge,
  { code, recoveryCode, passkey }: Answer,
): Promise<boolean> => {
  const { CODE_HMAC_SECRET, KEY_ENCRYPTION_SECRET } = ctx.config
  const now = ctx.clock.now()
  if (recoveryCode) return takeRecoveryCode(tx, user.id, recoveryCodeHash(CODE_HMAC_SECRET, user.id, recoveryCode), now)
  if (passkey) {
    const proof = { purpose: 'FACTOR', loginChallengeId: challenge.id, userId: user.id } as const
    return (await verifyAssertion(ctx, tx, passkey, proof)) !== null
  }
  if (!code) return false
  const factor = await findOptionalTotp(tx, user.id)
  if (factor?.confirmedAt) {
    const step = totpStepOf(unseal(KEY_ENCRYPTION_SECRET, TOTP_PURPOSE, factor.sealedSecret), code, now)
    if (step !== null) return takeTotpStep(tx, user.id, step)
  }
  const { codeHmac, codeExpiresAt } = challenge
  if (!user.emailMfa || !codeHmac || !codeExpiresAt || codeExpiresAt <= now) return false
  return isSameText(codeHmac, keyedHash(CODE_HMAC_SECRET, CODE_PURPOSE, challenge.id, code))
}

const trustDevice = async (ctx: Context, tx: Transaction, user: User): Promise<TrustedToken> => {
  const token = mintToken()
  const now = ctx.clock.now()
  const expiresAt = after(now, TRUST)
  await insertTrustedDevice(tx, {
    id: ctx.makeId(),
    userId: user.id,
    tokenHash: hashToken(token),
    userAgent: ctx.caller.userAgent,
    createdAt: now,
    expiresAt,
  })
  return { token, expiresAt }
}
