import { LRUCache } from 'lru-cache'
import type { TrustedDocuments } from '../protect/trusted-documents.ts'

/** Documents by SHA-256: the trusted ones, and those that clients registered (Apollo's automatic persisted queries). */
export interface PersistedQueries {
  /** The keys may carry Apollo Server's `apq:` prefix. */
  get(key: string): Promise<string | undefined>
  set(key: string, document: string): Promise<void>
  delete(key: string): Promise<boolean>
}

/** All registered documents together; one client cannot push out memory, only other clients' registrations. */
const MAX_TOTAL_CHARACTERS = 16_777_216
const MAX_DOCUMENT_CHARACTERS = 65_536
const PREFIX = 'apq:'

export const createPersistedQueries = (trusted: TrustedDocuments): PersistedQueries => {
  const registered = new LRUCache<string, string>({
    maxSize: MAX_TOTAL_CHARACTERS,
    maxEntrySize: MAX_DOCUMENT_CHARACTERS,
    sizeCalculation: (document) => document.length + 100,
  })
  const hashOf = (key: string) => (key.startsWith(PREFIX) ? key.slice(PREFIX.length) : key)
  return {
    async get(key) {
      return trusted.find(hashOf(key)) ?? registered.get(hashOf(key))
    },
    async set(key, document) {
      registered.set(hashOf(key), document)
    },
    async delete(key) {
      return registered.delete(hashOf(key))
    },
  }
}
