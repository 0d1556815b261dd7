import * as crypto from '@gigraph/shared/crypto'

const ours = (purpose: string): string => `gigraph identity ${purpose}`

/** What signing keys are sealed for. */
export const SIGNING_KEY_PURPOSE = 'signing key'

/** Encrypts under a key of identity's own for this purpose; see `seal` of @gigraph/shared/crypto. */
export const seal = (secret: string, purpose: string, text: string): string => crypto.seal(secret, ours(purpose), text)

/** What {@link seal} sealed. Throws when the secret or purpose is another, or the text was altered. */
export const unseal = (secret: string, purpose: string, sealed: string): string =>
  crypto.unseal(secret, ours(purpose), sealed)
