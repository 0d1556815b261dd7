import { createHash, randomBytes, randomInt } from 'node:crypto'
import { signatureOf } from '@gigraph/shared/auth'

/** 256 random bits for links, refresh tokens, devices and API keys, as base64url. */
export const mintToken = (): string => randomBytes(32).toString('base64url')

/** A mailed one-time code: six digits, each equally likely. */
export const mintCode = (): string => randomInt(0, 1_000_000).toString().padStart(6, '0')

/** How a {@link mintToken} is stored: it has 256 bits of its own, so a plain hash cannot be guessed back. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url')

/** How what has few bits is stored (codes, addresses): without the key it cannot be guessed back. */
export const keyedHash = (secret: string, purpose: string, ...parts: readonly string[]): string =>
  signatureOf({ key: secret, text: JSON.stringify([purpose, ...parts]) })
