import type { Viewer } from '@gigraph/shared/auth'

/** Somebody (or nobody) whose credentials were verified. */
export interface Authentication {
  /** `null`: nobody is logged in. */
  readonly viewer: Viewer | null
  /** The same for every request with the same credentials: caches key on it. Never logged: it may be the credentials. */
  readonly key: string
  /** Milliseconds since the epoch at which the credentials end; `null` when they do not. */
  readonly expiresAtMs: number | null
  /** Milliseconds since the epoch at which the credentials were issued; `null` when unknown. */
  readonly issuedAtMs: number | null
}

/** Nobody is logged in. */
export const ANONYMOUS: Authentication = { viewer: null, key: '', expiresAtMs: null, issuedAtMs: null }

/** The credentials were refused. The message may be shown to the client: it never says which check failed in detail. */
export class CredentialsRefused extends Error {
  override readonly name = 'CredentialsRefused'
}

/** Credentials cannot be verified now (keys or identity are out of reach): the client may try again with the same ones. */
export class AuthenticationUnavailable extends Error {
  override readonly name = 'AuthenticationUnavailable'
}
