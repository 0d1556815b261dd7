import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a signed address allows: this file, of this type, up to this size, until then. */
export interface Permission {
  readonly id: string
  readonly contentType: string
  readonly byteSize: number
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** HMAC-SHA-256 over the permission, in hexadecimal. */
export const sign = (secret: string, { id, contentType, byteSize, expiresAt }: Permission): string =>
  createHmac('sha256', secret).update(`upload\n${id}\n${contentType}\n${byteSize}\n${expiresAt}`).digest('hex')

/** Whether the signature is of this permission; in constant time. */
export const isSigned = (secret: string, permission: Permission, signature: string): boolean => {
  const expected = Buffer.from(sign(secret, permission))
  const given = Buffer.from(signature)
  return expected.length === given.length && timingSafeEqual(expected, given)
}
