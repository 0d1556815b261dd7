import { Redis } from 'ioredis'
import pg from 'pg'
import { type RateLimiterAbstract, RateLimiterPostgres, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { RateLimitedOperation, RateLimiter, RateLimitState } from './rate-limiter.ts'

/** So many points in so many seconds. */
export interface Budget {
  readonly points: number
  readonly windowSeconds: number
}

export interface SharedRateLimiterOptions {
  /** `postgres://…` or `redis://…`: where the budgets are kept, for every gateway process together. */
  readonly url: string
  /** Points of cost per caller. */
  readonly budget: Budget
  /**
   * Uses per address and root field, whoever is logged in: for those that guess passwords and codes or send mail.
   * For example `{ logIn: { points: 10, windowSeconds: 60 } }`.
   */
  readonly sensitive?: Readonly<Record<string, Budget>>
}

/** A limiter with a connection of its own. */
export interface SharedRateLimiter extends RateLimiter {
  close(): Promise<void>
}

const TABLE = 'gateway_rate_limits'
const MAX_KEY = 200

/** Makes one counter per budget in one store. */
interface Store {
  counter(name: string, budget: Budget): Promise<RateLimiterAbstract>
  close(): Promise<void>
}

/**
 * Budgets in PostgreSQL (a table that is made when missing) or Redis, counted by rate-limiter-flexible.
 * @throws when the store cannot be reached
 */
export const createSharedRateLimiter = async (options: SharedRateLimiterOptions): Promise<SharedRateLimiter> => {
  const { url, budget, sensitive = {} } = options
  const store = url.startsWith('redis') ? redisStore(url) : postgresStore(url)
  const general = await store.counter('cost', budget)
  const fields = new Map<string, { readonly counter: RateLimiterAbstract; readonly budget: Budget }>()
  for (const [field, own] of Object.entries(sensitive)) {
    fields.set(field, { counter: await store.counter(`field:${field}`, own), budget: own })
  }

  const consume = async (operation: RateLimitedOperation): Promise<RateLimitState> => {
    for (const [field, { counter, budget: own }] of fields) {
      const uses = operation.rootFields.filter((name) => name === field).length
      if (uses === 0) continue
      const state = await take(counter, operation.address, uses, own)
      if (!state.allowed) return state
    }
    return take(general, operation.caller, operation.cost, budget)
  }
  return { consume, close: store.close }
}

const take = async (
  counter: RateLimiterAbstract,
  key: string,
  points: number,
  budget: Budget,
): Promise<RateLimitState> => {
  const state = (allowed: boolean, { remainingPoints, msBeforeNext }: RateLimiterRes): RateLimitState => ({
    allowed,
    limit: budget.points,
    remaining: Math.max(0, remainingPoints),
    resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
  })
  try {
    return state(true, await counter.consume(key.slice(0, MAX_KEY), points))
  } catch (refusal) {
    // The library rejects with a state when the budget is spent, and with an error when the store failed.
    if (refusal instanceof RateLimiterRes) return state(false, refusal)
    throw refusal
  }
}

const redisStore = (url: string): Store => {
  const client = new Redis(url, { maxRetriesPerRequest: 1, enableOfflineQueue: false, lazyConnect: true })
  // Each command rejects by itself; without a listener the process would end.
  client.on('error', () => {})
  return {
    async counter(name, { points, windowSeconds }) {
      if (client.status === 'wait') await client.connect()
      return new RateLimiterRedis({
        storeClient: client,
        keyPrefix: `gateway:${name}`,
        points,
        duration: windowSeconds,
      })
    },
    async close() {
      client.disconnect()
    },
  }
}

const postgresStore = (url: string): Store => {
  const pool = new pg.Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 1_000 })
  // Each query rejects by itself; without a listener the loss of an idle connection would end the process.
  pool.on('error', () => {})
  return {
    counter: (name, { points, windowSeconds }) =>
      new Promise((resolve, reject) => {
        const counter: RateLimiterPostgres = new RateLimiterPostgres(
          { storeClient: pool, storeType: 'pool', tableName: TABLE, keyPrefix: name, points, duration: windowSeconds },
          (error?: Error) => (error ? reject(error) : resolve(counter)),
        )
      }),
    close: () => pool.end(),
  }
}
