import { z } from 'zod'
import type { Database } from '../database/index.ts'
import { consumeEvent, eventQueue, type Routes, startRelay } from '../events/index.ts'
import type { JobDefinition, JobsBackend } from '../jobs/index.ts'
import type { Logger } from '../logging/index.ts'
import { continueTrace, enterSpan } from '../telemetry/index.ts'
import { type Clock, milliseconds } from '../time/index.ts'
import type { EventHandler, JobImplementation } from './definition.ts'
import type { Metrics } from './metrics.ts'

const CONCURRENCY = 4

const jobData = z.object({ data: z.unknown(), requestId: z.string(), traceparent: z.string().optional() })
/** What is needed of a message to know where it comes from, whatever else is wrong with it. */
const origin = z.object({ requestId: z.string(), traceparent: z.string().optional() }).catch({ requestId: '' })

interface WorkersOptions<Context> {
  readonly definition: {
    readonly name: string
    readonly handlers?: readonly EventHandler<Context>[]
    readonly jobs?: readonly JobImplementation<Context>[]
  }
  readonly mode: 'on' | 'off' | 'only'
  readonly jobs: JobsBackend
  readonly routes: Routes
  readonly db: Database
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
  readonly systemContext: (requestId?: string) => Context
}

export interface Workers {
  /** The outbox has something new. */
  wake(): void
  close(): Promise<void>
}

/**
 * Starts what a service does apart from requests: the relay of its outbox (in every mode), and unless WORKERS=off the worker
 * of its events, one worker per queue of its jobs, and the schedulers of its recurring jobs.
 */
export const startWorkers = async <Context>(options: WorkersOptions<Context>): Promise<Workers> => {
  const { definition, jobs, db, clock, log, metrics } = options
  const implementations = definition.jobs ?? []
  const relay = startRelay({
    service: definition.name,
    db,
    jobs,
    routes: options.routes,
    clock,
    log,
    definitions: new Map(implementations.map(({ job }) => [job.name, job])),
    onWaiting: (count, oldestSeconds) => {
      metrics.outboxWaiting.set(count)
      metrics.outboxOldest.set(oldestSeconds)
    },
  })
  if (options.mode !== 'off') {
    beginSeries(options)
    if ((definition.handlers ?? []).length > 0) startEventWorker(options)
    for (const queue of new Set(implementations.map(({ job }) => job.queue))) startJobWorker(queue, options)
    await Promise.all(implementations.map(({ job }) => schedule(jobs, job)))
  }
  return {
    wake: relay.wake,
    close: async () => {
      await relay.stop()
      await jobs.close()
    },
  }
}

/** Begins a series with 0: Prometheus sees no increase in one whose first value is 1, and the first failure would go unheard. */
const beginSeries = <Context>({ definition, metrics }: WorkersOptions<Context>): void => {
  for (const { event } of definition.handlers ?? []) {
    for (const outcome of ['done', 'failed']) metrics.eventsHandled.inc({ event: event.name, outcome }, 0)
    metrics.jobsFailed.inc({ queue: eventQueue(definition.name), job: event.name }, 0)
  }
  for (const { job } of definition.jobs ?? []) metrics.jobsFailed.inc({ queue: job.queue, job: job.name }, 0)
}

const startEventWorker = <Context>(options: WorkersOptions<Context>) => {
  const { definition, jobs, db, clock, metrics, systemContext } = options
  const queue = eventQueue(definition.name)
  jobs.worker(queue, {
    concurrency: CONCURRENCY,
    run: async ({ name, data }) => {
      const { requestId, ...carrier } = origin.parse(data)
      const span = {
        name: `process ${name}`,
        kind: 'consumer',
        attributes: { 'gigraph.request_id': requestId },
      } as const
      const consume = () =>
        consumeEvent({ db, clock, handlers: definition.handlers ?? [], createContext: systemContext }, data)
      try {
        await continueTrace(carrier, () => enterSpan(definition.name, span, consume))
        metrics.eventsHandled.inc({ event: name, outcome: 'done' })
        options.log.debug({ requestId, event: name }, 'event handled')
      } catch (error) {
        metrics.eventsHandled.inc({ event: name, outcome: 'failed' })
        options.log.warn({ err: error, requestId, event: name }, 'a reaction to an event failed; it is tried again')
        throw error
      }
    },
    onExhausted: reportExhausted(queue, options),
  })
}

const startJobWorker = <Context>(queue: string, options: WorkersOptions<Context>) => {
  const byName = new Map(options.definition.jobs?.map((implementation) => [implementation.job.name, implementation]))
  const wanted = [...byName.values()].map(({ job }) => (job.queue === queue ? (job.concurrency ?? 0) : 0))
  options.jobs.worker(queue, {
    concurrency: Math.max(CONCURRENCY, ...wanted),
    run: async ({ name, data }) => {
      const implementation = byName.get(name)
      if (!implementation) throw new Error(`the queue ${queue} holds the unknown job ${name}`)
      const parsed = jobData.parse(data)
      const { requestId, traceparent } = parsed
      const span = { name: `job ${name}`, kind: 'consumer', attributes: { 'gigraph.request_id': requestId } } as const
      await continueTrace({ traceparent }, () =>
        enterSpan(options.definition.name, span, () =>
          implementation.run(options.systemContext(requestId || undefined), parsed.data),
        ),
      )
      options.log.debug({ requestId, job: name }, 'job done')
    },
    onExhausted: reportExhausted(queue, options),
  })
}

const reportExhausted =
  <Context>(queue: string, { log, metrics }: WorkersOptions<Context>) =>
  (job: { readonly id: string; readonly name: string; readonly data: unknown }, error: Error) => {
    metrics.jobsFailed.inc({ queue, job: job.name })
    const { requestId } = origin.parse(job.data)
    log.error({ err: error, requestId, queue, job: job.name, jobId: job.id }, 'a job failed at its last try')
  }

const schedule = async (jobs: JobsBackend, job: JobDefinition): Promise<void> => {
  if (!job.every) return
  await jobs
    .queue(job.queue)
    .upsertJobScheduler(
      job.name,
      { every: milliseconds(job.every) },
      { name: job.name, data: { data: {}, requestId: '' } },
    )
}
