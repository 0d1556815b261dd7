import { randomBytes, randomInt } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

const randomText = (length: number) => Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')

/**
 * A new object id that looks as Stripe's do: prefix, underscore, random letters and digits.
 *
 * @param prefix Stripe's prefix without the underscore, such as `ch`, `evt` or `cs_test`.
 */
export const newId = (prefix: string) => `${prefix}_1${randomText(prefix === 'cs_test' ? 57 : 23)}`

/** An id of a connected account: shorter than the others, as Stripe's are. */
export const newAccountId = () => `acct_1${randomText(15)}`

/** An unguessable token for a one-time page, 256 bits, URL-safe. */
export const newToken = () => randomBytes(32).toString('base64url')

/** `client_secret` of an object with this id. */
export const newClientSecret = (id: string) => `${id}_secret_${randomText(24)}`
