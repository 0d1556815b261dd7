import type { Registry } from 'prom-client'
import type { z } from 'zod'
import type { Caller, Viewer } from '../auth/index.ts'
import type { Database, Transaction } from '../database/index.ts'
import type { EventDefinition } from '../events/event.ts'
import type { JobDefinition } from '../jobs/define-job.ts'
import type { Logger } from '../logging/index.ts'
import type { PubSub } from '../pubsub/index.ts'
import type { Clock, MakeId } from '../time/index.ts'
import type { BrowserCookies } from './browser-cookies.ts'
import type { CommonShape } from './configuration.ts'
import type { Call } from './procedure.ts'

/** A service's configuration: the common part and its own. */
export type ServiceConfiguration<Shape extends z.ZodRawShape> = z.output<z.ZodObject<CommonShape>> &
  z.output<z.ZodObject<Shape>>

/** What a service has from start to stop. */
export interface ServiceResources<Shape extends z.ZodRawShape> {
  readonly service: string
  readonly config: ServiceConfiguration<Shape>
  readonly db: Database
  readonly log: Logger
  readonly clock: Clock
  readonly makeId: MakeId
  readonly pubsub: PubSub
  /** Where the service's own numbers for Prometheus are registered, beside those of every service. */
  readonly metrics: Registry
}

/** What one request, event or job has at hand. Jobs and events run without a viewer. */
export interface ServiceContext<Shape extends z.ZodRawShape = z.ZodRawShape> extends ServiceResources<Shape> {
  readonly requestId: string
  readonly viewer: Viewer | null
  readonly caller: Caller
  /** Null unless the client is a browser that wants this service's secrets kept in cookies. */
  readonly cookies: BrowserCookies | null
  /** Asks another service's owner of a fact. */
  readonly call: Call
  /** Tells a fact: written with the transaction, delivered after its commit to every consumer at least once. */
  publish<Payload>(transaction: Transaction, event: EventDefinition<Payload>, payload: Payload): Promise<void>
  /** Orders a job: written with the transaction, started after its commit, at `at` when given. */
  enqueue<Data>(
    transaction: Transaction,
    job: JobDefinition<Data>,
    data: Data,
    options?: { readonly at?: Date },
  ): Promise<void>
}
