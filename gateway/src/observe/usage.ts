import { type DocumentNode, type GraphQLSchema, getOperationAST, type OperationDefinitionNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Client } from './client.ts'
import { coordinatesOf, partsOf } from './coordinates.ts'

/** An operation that clients send, whatever its variables. */
export interface OperationFacts {
  readonly name: string | null
  readonly type: string
  /** SHA-256 of its document. */
  readonly hash: string
  /** Tells it from all others. */
  readonly key: string
  /** What it uses of the schema. */
  readonly coordinates: ReadonlySet<string>
}

/** What a client asked for, as far as it tells operations from each other. */
export interface AskedOperation {
  readonly document: DocumentNode
  readonly operationName: string | null
  readonly queryHash: string
}

/** How often something was used, by whom, and when for the last time. */
interface Tally {
  requests: number
  failures: number
  lastUsedAtMs: number
  readonly clients: Map<string, number>
}

interface OperationTally extends Tally {
  readonly facts: OperationFacts
  totalMs: number
  longestMs: number
}

const MAX_OPERATIONS = 2_000
/** Of one operation or one part of the schema; further ones count as one. */
const MAX_CLIENTS = 20
const OTHERS = 'others'

/**
 * What is really used of a graph since this process began: per operation, and per part of the schema. Operations are counted one by one,
 * and parts only when a report is made, so that a request costs a few additions.
 */
export class Usage {
  readonly #schemaOf: () => GraphQLSchema
  readonly #sinceMs = Date.now()
  #known = new WeakMap<OperationDefinitionNode, OperationFacts>()
  /** Of operations that are no longer told apart. */
  readonly #parts = new Map<string, Tally>()
  readonly #operations = new LRUCache<string, OperationTally>({
    max: MAX_OPERATIONS,
    dispose: (tally, _key, reason) => {
      if (reason === 'evict') addTo(this.#parts, tally)
    },
  })

  constructor(schemaOf: () => GraphQLSchema) {
    this.#schemaOf = schemaOf
  }

  /** Another schema is in force: a document means what it means there. */
  schemaChanged(): void {
    for (const tally of this.#operations.values()) addTo(this.#parts, tally)
    this.#operations.clear()
    this.#known = new WeakMap()
  }

  /** @returns undefined when the document has no such operation */
  factsOf({ document, operationName, queryHash }: AskedOperation): OperationFacts | undefined {
    const operation = getOperationAST(document, operationName)
    if (!operation) return undefined
    const known = this.#known.get(operation)
    if (known !== undefined) return known
    const facts = {
      name: operation.name?.value ?? null,
      type: operation.operation,
      hash: queryHash,
      key: `${queryHash} ${operation.name?.value ?? ''}`,
      coordinates: coordinatesOf(this.#schemaOf(), document, operation),
    }
    this.#known.set(operation, facts)
    return facts
  }

  count(facts: OperationFacts, { name, version }: Client, failed: boolean, durationMs: number): void {
    let tally = this.#operations.get(facts.key)
    if (tally === undefined) {
      tally = { facts, ...newTally(), totalMs: 0, longestMs: 0 }
      this.#operations.set(facts.key, tally)
    }
    tally.requests += 1
    if (failed) tally.failures += 1
    tally.lastUsedAtMs = Date.now()
    tally.totalMs += durationMs
    if (durationMs > tally.longestMs) tally.longestMs = durationMs
    countClient(tally, version === null ? (name ?? 'unnamed') : `${name} ${version}`, 1)
  }

  /** Everything, as JSON can hold it. */
  report(): object {
    const used = new Map<string, Tally>()
    for (const [coordinate, tally] of this.#parts) merge(used, coordinate, tally)
    const operations = [...this.#operations.values()]
    for (const tally of operations) addTo(used, tally)
    const parts = partsOf(this.#schemaOf())
    return {
      since: new Date(this.#sinceMs).toISOString(),
      deprecated: parts.flatMap(({ coordinate, deprecated }) =>
        deprecated === null ? [] : [{ coordinate, reason: deprecated, ...present(used.get(coordinate)) }],
      ),
      unused: parts.flatMap(({ coordinate }) => (used.has(coordinate) ? [] : [coordinate])),
      operations: operations.map(({ facts: { name, type, hash }, totalMs, longestMs, ...tally }) => ({
        name,
        type,
        hash,
        ...present(tally),
        meanMs: Math.round(totalMs / tally.requests),
        longestMs: Math.round(longestMs),
      })),
      used: [...used].map(([coordinate, tally]) => ({ coordinate, ...present(tally) })),
    }
  }
}

const newTally = (): Tally => ({ requests: 0, failures: 0, lastUsedAtMs: 0, clients: new Map() })

const countClient = ({ clients }: Tally, client: string, times: number): void => {
  const counted = clients.has(client) || clients.size < MAX_CLIENTS ? client : OTHERS
  clients.set(counted, (clients.get(counted) ?? 0) + times)
}

const addTo = (parts: Map<string, Tally>, tally: OperationTally): void => {
  for (const coordinate of tally.facts.coordinates) merge(parts, coordinate, tally)
}

const merge = (into: Map<string, Tally>, coordinate: string, tally: Tally): void => {
  const sum = into.get(coordinate) ?? newTally()
  sum.requests += tally.requests
  sum.failures += tally.failures
  sum.lastUsedAtMs = Math.max(sum.lastUsedAtMs, tally.lastUsedAtMs)
  for (const [client, times] of tally.clients) countClient(sum, client, times)
  into.set(coordinate, sum)
}

const present = ({ requests, failures, lastUsedAtMs, clients } = newTally()) => ({
  requests,
  failures,
  lastUsedAt: lastUsedAtMs === 0 ? null : new Date(lastUsedAtMs).toISOString(),
  clients: Object.fromEntries(clients),
})
