import type { JWTVerifyGetKey } from 'jose'
import { createAccessTokenVerifier } from './access-token.ts'
import { createApiKeyVerifier, type VerifyApiKey } from './api-key.ts'
import { ANONYMOUS, type Authentication, CredentialsRefused } from './authentication.ts'
import type { Credentials } from './credentials.ts'
import { createRevocations, type Revocation, type SubscribeToRevocations } from './revocations.ts'

/** How callers prove who they are. */
export interface AuthOptions {
  /** Where the issuer publishes its keys; or a key finder for issuers in the same process. */
  readonly jwks: URL | string | JWTVerifyGetKey
  readonly issuer: string
  readonly audience: string
  /** Default: EdDSA and ES256. */
  readonly algorithms?: readonly string[]
  /** Whose API key this is; without it every API key is refused. */
  readonly verifyApiKey?: VerifyApiKey
  /** Tells of sessions, keys and users whose credentials ended before their time. */
  readonly onRevoked?: SubscribeToRevocations
}

/** Turns credentials into a viewer. */
export interface Authenticator {
  /**
   * @throws {CredentialsRefused} bad, expired or revoked credentials
   * @throws {AuthenticationUnavailable} they cannot be verified now
   */
  authenticate(credentials: Credentials): Promise<Authentication>
  /** Whether credentials that were good once have been revoked since. */
  isRevoked(authentication: Authentication): boolean
  /** Calls `listener` after each revocation; returns how to stop. */
  onRevoked(listener: () => void): () => void
  close(): void
}

/** Lets everybody in as nobody: for a gateway without accounts. Credentials are ignored. */
export const openAuthenticator: Authenticator = {
  authenticate: async () => ANONYMOUS,
  isRevoked: () => false,
  onRevoked: () => () => {},
  close: () => {},
}

export const createAuthenticator = (options: AuthOptions): Authenticator => {
  const tokens = createAccessTokenVerifier(options)
  const apiKeys = options.verifyApiKey && createApiKeyVerifier(options.verifyApiKey)
  const revocations = createRevocations()
  const listeners = new Set<() => void>()

  const verify = (credentials: Credentials): Promise<Authentication> => {
    switch (credentials.kind) {
      case 'none':
        return Promise.resolve(ANONYMOUS)
      case 'token':
        return tokens.verify(credentials.secret)
      case 'api_key':
        if (apiKeys) return apiKeys.verify(credentials.secret)
        return Promise.reject(new CredentialsRefused('API keys are not accepted here.'))
      case 'malformed':
        return Promise.reject(new CredentialsRefused(credentials.reason))
    }
  }

  const revoke = (revocation: Revocation) => {
    revocations.add(revocation)
    apiKeys?.forget((viewer) =>
      'sessionId' in revocation ? viewer.sessionId === revocation.sessionId : viewer.id === revocation.viewerId,
    )
    for (const listener of listeners) listener()
  }
  const unsubscribe = options.onRevoked?.(revoke)

  return {
    async authenticate(credentials) {
      const authentication = await verify(credentials)
      if (revocations.covers(authentication)) throw new CredentialsRefused('The session has ended.')
      return authentication
    },
    isRevoked: (authentication) => revocations.covers(authentication),
    onRevoked(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      unsubscribe?.()
      listeners.clear()
    },
  }
}
