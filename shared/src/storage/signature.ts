import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a signed address of the folder allows; every part is covered by the signature. */
export interface Permission {
  readonly method: 'GET' | 'PUT'
  readonly key: string
  readonly contentType: string
  /** Empty for uploads. */
  readonly fileName: string
  /** Exactly; 0 for downloads. */
  readonly byteSize: number
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** HMAC-SHA-256 over the permission, in hexadecimal. */
export const sign = (secret: string, { method, key, contentType, fileName, byteSize, expiresAt }: Permission): string =>
  createHmac('sha256', secret)
    .update(JSON.stringify(['file', method, key, contentType, fileName, byteSize, expiresAt]))
    .digest('hex')

/** Whether the signature is of this permission; in constant time. */
export const isSigned = (secret: string, permission: Permission, signature: string): boolean => {
  const expected = Buffer.from(sign(secret, permission))
  const given = Buffer.from(signature)
  return expected.length === given.length && timingSafeEqual(expected, given)
}
