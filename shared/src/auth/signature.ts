import { createHmac, timingSafeEqual } from 'node:crypto'

/** What is signed with what, and how the signature is written. */
export interface Signing {
  readonly key: string | Uint8Array
  /** Begins with what it is for, and is unambiguous: a signature for one purpose must not be one for another. */
  readonly text: string
  /** base64url unless told otherwise. */
  readonly encoding?: 'base64url' | 'base64' | 'hex'
}

/** HMAC-SHA-256 (RFC 2104) of a text: proves that whoever made it has the key. */
export const signatureOf = ({ key, text, encoding = 'base64url' }: Signing): string =>
  createHmac('sha256', key).update(text).digest(encoding)

/** Compares without telling by time how much is equal. */
export const isSameText = (one: string, other: string): boolean => {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** Whether `signature` is that of {@link signatureOf}; in constant time. */
export const isSignatureOf = (signing: Signing, signature: string): boolean =>
  isSameText(signatureOf(signing), signature)
