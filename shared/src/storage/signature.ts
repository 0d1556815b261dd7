import { isSignatureOf, type Signing, signatureOf } from '../auth/signature.ts'

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

const signing = (secret: string, { method, key, contentType, fileName, byteSize, expiresAt }: Permission): Signing => ({
  key: secret,
  text: JSON.stringify(['file', method, key, contentType, fileName, byteSize, expiresAt]),
  encoding: 'hex',
})

/** The signature over the permission, in hexadecimal. */
export const sign = (secret: string, permission: Permission): string => signatureOf(signing(secret, permission))

/** Whether the signature is of this permission. */
export const isSigned = (secret: string, permission: Permission, signature: string): boolean =>
  isSignatureOf(signing(secret, permission), signature)
