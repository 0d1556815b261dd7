import type { z } from 'zod'
import type { AccountId, Emulation } from './emulation.ts'

/** One API call, parsed. */
export interface Call<P> {
  emulation: Emulation
  /** On whose behalf (`Stripe-Account`). */
  account: AccountId
  /** The first id in the path, or an empty string. */
  id: string
  /** The second id in the path, or an empty string. */
  subId: string
  params: P
}

/** An endpoint of the API as data: the server does authentication, idempotency, expansion and errors for all. */
export interface Operation {
  method: 'DELETE' | 'GET' | 'POST'
  /** Path below `/v1`, with `:id` and `:subId`. */
  path: string
  params: z.ZodType
  run(call: Call<unknown>): unknown
}

/**
 * Declares an endpoint. `run` is synchronous, which makes it atomic: nothing else happens while it runs.
 */
export const operation = <S extends z.ZodType>(declared: {
  method: Operation['method']
  path: string
  params: S
  run(call: Call<z.output<S>>): unknown
}): Operation => ({ ...declared, run: (call) => declared.run(call as Call<z.output<S>>) })
