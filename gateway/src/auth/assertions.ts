import { createPrivateKey } from 'node:crypto'
import { type Caller, signAssertionNow } from '@gigraph/shared/auth'
import type { JWK } from 'jose'
import { LRUCache } from 'lru-cache'

/** An assertion lives 60 s; it is handed out for 40 so that it is never near its end when a slow service reads it. */
const REUSED_MS = 40_000
const MAX_REMEMBERED = 20_000

/** Tells services who calls: signed once per caller and service, and kept for a short while. */
export interface Assertions {
  /** @param key the same for the same credentials (`Authentication.key`) */
  of(key: string, caller: Caller, service: string): string
}

/**
 * @param signingKey the gateway's Ed25519 private key
 * @throws {TypeError} it is not a private key
 */
export const createAssertions = (signingKey: JWK): Assertions => {
  const key = createPrivateKey({ key: { ...signingKey }, format: 'jwk' })
  const signed = new LRUCache<string, string>({ max: MAX_REMEMBERED, ttl: REUSED_MS })
  return {
    of(authenticationKey, caller, service) {
      const cacheKey = `${service}\n${authenticationKey}\n${caller.address}\n${caller.userAgent}`
      const known = signed.get(cacheKey)
      if (known !== undefined) return known
      const assertion = signAssertionNow(key, service, caller)
      signed.set(cacheKey, assertion)
      return assertion
    },
  }
}
