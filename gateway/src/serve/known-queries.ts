import type { DocumentNode } from 'graphql'
import { LRUCache } from 'lru-cache'

/** A query that has passed every check that depends on its text alone. */
export interface KnownQuery {
  readonly document: DocumentNode
  readonly source: string
  readonly operationName: string | null
  /** SHA-256 of the source. */
  readonly queryHash: string
}

/** A POST's body that asks for a {@link KnownQuery}. */
export interface KnownRequest {
  readonly query: KnownQuery
  readonly variables: Readonly<Record<string, unknown>>
}

const MAX_QUERIES = 2_000
const MAX_TOTAL_CHARACTERS = 16_777_216

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Remembers queries by text and operation name, so that whoever asks for one again is spared what is known of it. */
export class KnownQueries {
  readonly #queries = new LRUCache<string, KnownQuery>({
    max: MAX_QUERIES,
    maxSize: MAX_TOTAL_CHARACTERS,
    sizeCalculation: ({ source }) => source.length + 100,
  })

  remember(query: KnownQuery): void {
    this.#queries.set(keyOf(query.source, query.operationName), query)
  }

  /** Another schema is in force: nothing is known any more. */
  clear(): void {
    this.#queries.clear()
  }

  /** What a parsed body asks for; `undefined` when it is anything but a plain request for a known query. */
  find(body: unknown): KnownRequest | undefined {
    if (!isObject(body)) return undefined
    const { query: source, operationName = null, variables = null, extensions = null } = body
    if (typeof source !== 'string' || (operationName !== null && typeof operationName !== 'string')) return undefined
    if (variables !== null && !isObject(variables)) return undefined
    if (extensions !== null && (!isObject(extensions) || extensions.persistedQuery !== undefined)) return undefined
    const query = this.#queries.get(keyOf(source, operationName))
    return query && { query, variables: variables ?? NONE }
  }
}

const NONE = {}

const keyOf = (source: string, operationName: string | null): string => `${operationName ?? ''}\n${source}`
