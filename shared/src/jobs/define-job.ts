import type { z } from 'zod'
import type { Duration } from '../time/index.ts'

/** Work that is done apart from a request: one definition names the queue and the shape of the data. */
export interface JobDefinition<Data = unknown> {
  /** The verb and its object: `send-mfa-code`. */
  readonly name: string
  /** The queue it travels through; one per concern: `mail`, `notifications`, `orders.deadlines`. */
  readonly queue: string
  /** Ids, not values: the worker reads again. No secrets. */
  readonly schema: z.ZodType<Data>
  /** Tries before it is left as failed; 5 unless told otherwise, with exponential back-off from one second. */
  readonly attempts?: number
  /** How many of its queue run at once in a process, when they wait for others more than they work; 4 unless told otherwise. */
  readonly concurrency?: number
  /** Runs by itself this often, with empty data; for sweepers. */
  readonly every?: Duration
}

export const defineJob = <Data>(definition: JobDefinition<Data>): JobDefinition<Data> => definition
