import type { loginChallenges } from '../tables.ts'

export type LoginChallenge = typeof loginChallenges.$inferSelect

/** Ways to prove oneself after the password. */
export type MfaMethod = 'PASSKEY' | 'TOTP' | 'EMAIL' | 'RECOVERY_CODE'

/** What a mailed code's hash is made for. */
export const CODE_PURPOSE = 'login code'

/** NIST SP 800-63B-4 §3.1.3.1: a one-time code by another channel is good for at most 10 minutes. */
export const CODE_LIFETIME = '10m'
/** Long enough to ask for one more code. */
export const CHALLENGE_LIFETIME = '15m'
/** Wrong answers per challenge, whatever the method and however many codes were sent. */
export const MOST_FAILURES = 5
/** Consecutive wrong second factors per account; then a new password must be chosen first. */
export const MOST_CONSECUTIVE_FAILURES = 100
