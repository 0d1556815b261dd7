import type { Viewer } from '@gigraph/shared/auth'
import { LRUCache } from 'lru-cache'
import { type Authentication, AuthenticationUnavailable, CredentialsRefused } from './authentication.ts'

/** Asks the owner of API keys whose key this is; `null` when it is nobody's. Rejects when the owner is out of reach. */
export type VerifyApiKey = (key: string) => Promise<Viewer | null>

const REMEMBERED_MS = 30_000
const MAX_REMEMBERED = 10_000

/** Verifies API keys, good and bad answers alike remembered for 30 s; parallel questions about one key are one. */
export interface ApiKeyVerifier {
  /** @throws {CredentialsRefused} nobody's key @throws {AuthenticationUnavailable} the owner is out of reach */
  verify(key: string): Promise<Authentication>
  /** Forgets every answer for which `matches` holds. */
  forget(matches: (viewer: Viewer) => boolean): void
}

export const createApiKeyVerifier = (verifyApiKey: VerifyApiKey): ApiKeyVerifier => {
  const answers = new LRUCache<string, { readonly authentication: Authentication | null }>({
    max: MAX_REMEMBERED,
    ttl: REMEMBERED_MS,
  })
  const asked = new Map<string, Promise<Authentication | null>>()

  const ask = async (key: string): Promise<Authentication | null> => {
    try {
      const viewer = await verifyApiKey(key)
      const authentication = viewer && { viewer, key, expiresAtMs: null, issuedAtMs: null }
      answers.set(key, { authentication })
      return authentication
    } catch (error) {
      throw new AuthenticationUnavailable('API keys cannot be verified.', { cause: error })
    } finally {
      asked.delete(key)
    }
  }

  return {
    async verify(key) {
      const known = answers.get(key)
      let question = known ? Promise.resolve(known.authentication) : asked.get(key)
      if (!question) {
        question = ask(key)
        asked.set(key, question)
      }
      const authentication = await question
      if (!authentication) throw new CredentialsRefused('The API key is not valid.')
      return authentication
    },
    forget(matches) {
      for (const [key, { authentication }] of answers.entries()) {
        if (authentication?.viewer && matches(authentication.viewer)) answers.delete(key)
      }
    },
  }
}
