/** What is left of a caller's budget; times in whole seconds as in the `RateLimit` header fields. */
export interface RateLimitState {
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  /** Until the budget is full again (or, when refused, until it is worth trying again). */
  readonly resetSeconds: number
}

/** One operation to be paid for. */
export interface RateLimitedOperation {
  /** `viewer:<id>`, `key:<id>` or `address:<the address below>`. */
  readonly caller: string
  /** An IPv4 address, or the /64 network of an IPv6 address: within it a client has as many addresses as it likes. */
  readonly address: string
  readonly cost: number
  /** Names of the root fields, to hold sensitive ones (login, reset) to a stricter budget. */
  readonly rootFields: readonly string[]
  readonly type: 'query' | 'mutation' | 'subscription'
}

/**
 * Takes the cost of operations out of their callers' budgets. Several gateways must share one store, so none is kept in
 * this process. Rejects when the store is out of reach; the gateway then lets the operation pass and counts it.
 */
export interface RateLimiter {
  consume(operation: RateLimitedOperation): Promise<RateLimitState>
}

/** The header fields of draft-ietf-httpapi-ratelimit-headers, with `Retry-After` when refused. */
export const rateLimitHeaders = (state: RateLimitState): Readonly<Record<string, string>> => ({
  ratelimit: `limit=${state.limit}, remaining=${state.remaining}, reset=${state.resetSeconds}`,
  ...(state.allowed ? {} : { 'retry-after': String(state.resetSeconds) }),
})
