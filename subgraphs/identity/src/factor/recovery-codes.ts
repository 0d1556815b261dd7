import { randomBytes } from 'node:crypto'
import { keyedHash } from '../crypto/secrets.ts'

const COUNT = 10
/** Crockford's alphabet: nothing that looks like something else. 32 letters, so each byte's low five bits pick evenly. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const LETTERS = 16

const mintRecoveryCode = (): string => {
  const letters = [...randomBytes(LETTERS)].map((byte) => ALPHABET[byte & 31]).join('')
  return letters.replaceAll(/.{4}(?=.)/g, '$&-')
}

/** Ten codes of 80 bits: `7k2m-…`. */
export const mintRecoveryCodes = (): readonly string[] => Array.from({ length: COUNT }, mintRecoveryCode)

/** How a recovery code is stored; however it was typed. */
export const recoveryCodeHash = (secret: string, userId: string, code: string): string =>
  keyedHash(secret, 'recovery code', userId, code.toLowerCase().replaceAll(/[^0-9a-z]/g, ''))
