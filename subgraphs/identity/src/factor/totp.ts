import { Secret, TOTP } from 'otpauth'

/** What the secret of an authenticator app is sealed as. */
export const TOTP_PURPOSE = 'totp secret'

const ISSUER = 'Gigraph'
const PERIOD_SECONDS = 30
const DIGITS = 6
/** One step to either side, for clocks that differ (RFC 6238 §5.2). */
const WINDOW = 1

/** 160 random bits (RFC 4226 §4 R6), in Base32 as authenticator apps want it. */
export const mintTotpSecret = (): string => new Secret({ size: 20 }).base32

const totp = (secret: string, label: string): TOTP =>
  new TOTP({
    issuer: ISSUER,
    label,
    algorithm: 'SHA1',
    digits: DIGITS,
    period: PERIOD_SECONDS,
    secret: Secret.fromBase32(secret),
  })

/** The otpauth URL that an app reads from a QR code. */
export const totpUrl = (secret: string, email: string): string => totp(secret, email).toString()

/** The time step that the code belongs to; null when it belongs to none near `at`. */
export const totpStepOf = (secret: string, code: string, at: Date): number | null => {
  if (!/^\d{6}$/.test(code)) return null
  const delta = totp(secret, 'account').validate({ token: code, timestamp: at.getTime(), window: WINDOW })
  return delta === null ? null : Math.floor(at.getTime() / 1_000 / PERIOD_SECONDS) + delta
}
