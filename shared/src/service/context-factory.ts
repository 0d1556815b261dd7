import type { Caller } from '../auth/index.ts'
import { afterCommit, type Transaction } from '../database/index.ts'
import { outbox } from '../events/index.ts'
import type { Logger } from '../logging/index.ts'
import { childSpan, traceHeaders } from '../telemetry/index.ts'
import type { BrowserCookies } from './browser-cookies.ts'
import type { ServiceContext, ServiceResources } from './context.ts'
import { createCall, type ProcedureTransport } from './procedure.ts'

interface ContextFactoryOptions {
  /** What the service has from start to stop, its own extras included. */
  // biome-ignore lint/suspicious/noExplicitAny: the factory reads only what every configuration shares
  readonly resources: ServiceResources<any>
  readonly procedures: ProcedureTransport
  readonly wakeRelay: () => void
}

/** Makes contexts: what a service has, plus who asks. */
export const contextFactory = <Context>({ resources, procedures, wakeRelay }: ContextFactoryOptions) => {
  const { makeId, clock } = resources

  const write = async (transaction: Transaction, row: Omit<typeof outbox.$inferInsert, 'id' | 'traceparent'>) => {
    await childSpan({ name: `publish ${row.name}`, kind: 'producer' }, async () => {
      const { traceparent } = traceHeaders()
      await transaction.insert(outbox).values({ id: makeId(), ...row, traceparent })
    })
    afterCommit(transaction, wakeRelay)
  }

  // Every line says which request it belongs to; made for those that write one. One getter for all contexts: with one of its own, each
  // would get a hidden class of its own, which lives until V8's next full collection.
  const log = {
    enumerable: true,
    configurable: true,
    get(this: ServiceContext): Logger {
      const value = resources.log.child({ requestId: this.requestId })
      Object.defineProperty(this, 'log', { enumerable: true, value })
      return value
    },
  }

  return ({
    requestId,
    caller,
    cookies = null,
  }: {
    readonly requestId: string
    readonly caller: Caller
    readonly cookies?: BrowserCookies | null
  }): Context => {
    const context: ServiceContext = {
      ...resources,
      requestId,
      caller,
      cookies,
      viewer: caller.viewer,
      call: createCall(procedures, requestId),
      publish: (transaction, event, payload) =>
        write(transaction, {
          kind: 'event',
          name: event.name,
          version: event.version,
          payload: event.schema.parse(payload),
          requestId,
          occurredAt: clock.now(),
        }),
      enqueue: (transaction, job, data, options) =>
        write(transaction, {
          kind: 'job',
          name: job.name,
          version: 1,
          payload: job.schema.parse(data),
          requestId,
          occurredAt: options?.at ?? clock.now(),
        }),
    }
    return Object.defineProperty(context, 'log', log) as Context
  }
}
