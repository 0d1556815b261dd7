import { LRUCache } from 'lru-cache'
import type { Authentication } from './authentication.ts'

/**
 * What was revoked: one session or API key (its id), or everything that a user's tokens were issued for until now
 * (suspension, password change).
 */
export type Revocation = { readonly sessionId: string } | { readonly viewerId: string }

/** Calls `listener` for every revocation from now on; returns how to stop. */
export type SubscribeToRevocations = (listener: (revocation: Revocation) => void) => () => void

/** Longer than any access token lives (10 minutes): after that its own end keeps it out. */
export const REVOCATIONS_REMEMBERED_MS = 900_000
const MAX_REMEMBERED = 100_000

/** Remembers what was revoked for as long as a token of it may live. */
export interface Revocations {
  add(revocation: Revocation): void
  covers(authentication: Authentication): boolean
}

export const createRevocations = (now: () => number = Date.now): Revocations => {
  const sessions = new LRUCache<string, number>({ max: MAX_REMEMBERED, ttl: REVOCATIONS_REMEMBERED_MS })
  const viewers = new LRUCache<string, number>({ max: MAX_REMEMBERED, ttl: REVOCATIONS_REMEMBERED_MS })
  return {
    add(revocation) {
      if ('sessionId' in revocation) sessions.set(revocation.sessionId, now())
      else viewers.set(revocation.viewerId, now())
    },
    covers({ viewer, issuedAtMs }) {
      if (!viewer) return false
      if (sessions.size > 0 && sessions.has(viewer.sessionId)) return true
      // A token's issue time is in whole seconds: one of the same second counts as issued before.
      const revokedAtMs = viewers.size > 0 ? viewers.get(viewer.id) : undefined
      return revokedAtMs !== undefined && issuedAtMs !== null && issuedAtMs <= revokedAtMs
    },
  }
}
