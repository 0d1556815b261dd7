import { asc, inArray, isNull, lt, sql } from 'drizzle-orm'
import { type Database, prepared, transaction } from '../database/index.ts'
import type { JobDefinition, JobsBackend } from '../jobs/index.ts'
import type { Logger } from '../logging/index.ts'
import { continueTrace, pastSpan } from '../telemetry/index.ts'
import { after, type Clock, madeAt } from '../time/index.ts'
import type { Routes } from './routes.ts'
import { inbox, outbox } from './tables.ts'

const BATCH = 100
/** Finds what another process wrote, or what was left by one that died; local commits wake the relay at once. */
const POLL_MS = 1_000
const KEEP = '30d'
const CLEAN_EVERY_MS = 3_600_000
const DEFAULT_ATTEMPTS = 5
/** An event is a fact that must arrive: its consumers try for about a day. */
const EVENT_ATTEMPTS = 16

type OutboxRow = typeof outbox.$inferSelect

interface RelayOptions {
  /** Whose outbox it is. */
  readonly service: string
  readonly db: Database
  readonly jobs: JobsBackend
  /** The service's own jobs by name, for their queue and tries. */
  readonly definitions: ReadonlyMap<string, JobDefinition>
  /** Which services react to which events. */
  readonly routes: Routes
  readonly clock: Clock
  readonly log: Logger
  /** Told at each look: how many rows were found waiting, at most a batch, and for how long the oldest of them has waited, in seconds. */
  readonly onWaiting: (count: number, oldestSeconds: number) => void
}

export interface Relay {
  /** There is something new to hand over. */
  wake(): void
  /** Ends after the batch in hand. */
  stop(): Promise<void>
}

/** The queue of the events that a service reacts to. */
export const eventQueue = (service: string): string => `events.${service}`

/**
 * Hands the outbox to the queues, in order of writing, at least once: a row counts as published only after the queues have
 * taken it, and its id is the job's id, so a second hand-over is no second job.
 */
export const startRelay = (options: RelayOptions): Relay => {
  const { log, clock } = options
  let running = true
  let signal = Promise.withResolvers<void>()
  let cleanAt = clock.now().getTime()

  const loop = async () => {
    while (running) {
      const pause = signal.promise
      const handed = await relayWaiting(options).catch((error: unknown) => {
        if (running) log.warn({ err: error }, 'the relay could not hand over events; it tries again')
        return 0
      })
      if (handed === BATCH) continue
      if (clock.now().getTime() >= cleanAt) {
        cleanAt = clock.now().getTime() + CLEAN_EVERY_MS
        await clean(options).catch((error: unknown) => log.warn({ err: error }, 'old events could not be removed'))
      }
      if (running) await raceTimer(pause, POLL_MS)
      signal = Promise.withResolvers<void>()
    }
  }
  const done = loop()

  const wake = () => signal.resolve()
  return {
    wake,
    stop: async () => {
      running = false
      wake()
      await done
    },
  }
}

const raceTimer = async (promise: Promise<void>, ms: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([
    promise,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms)
    }),
  ])
  clearTimeout(timer)
}

const firstWaiting = prepared((db) =>
  db.select({ id: outbox.id }).from(outbox).where(isNull(outbox.publishedAt)).limit(1).prepare('outbox-waiting'),
)

/** Every second, almost always in vain: without a transaction until there is something to do in one. */
const relayWaiting = async (options: RelayOptions): Promise<number> => {
  const [waiting] = await firstWaiting(options.db).execute()
  if (waiting) return relayBatch(options)
  options.onWaiting(0, 0)
  return 0
}

/** Locks some rows against other relays, adds them to the queues, marks them. Returns how many. */
const relayBatch = (options: RelayOptions): Promise<number> =>
  transaction(options.db, async (tx) => {
    const { jobs, clock, onWaiting } = options
    const waiting = await tx
      .select()
      .from(outbox)
      .where(isNull(outbox.publishedAt))
      .orderBy(asc(outbox.id))
      .limit(BATCH)
      .for('update', { skipLocked: true })
    const [oldest] = waiting
    if (!oldest) return 0
    onWaiting(waiting.length, Math.max(0, clock.now().getTime() - madeAt(oldest.id).getTime()) / 1_000)
    const lockedAtMs = Date.now()

    const byQueue = new Map<string, Parameters<ReturnType<JobsBackend['queue']>['addBulk']>[0]>()
    for (const row of waiting)
      for (const { queue, job } of targets(traced(row, options.service, lockedAtMs), options))
        byQueue.set(queue, [...(byQueue.get(queue) ?? []), job])
    await Promise.all([...byQueue].map(([queue, batch]) => jobs.queue(queue).addBulk(batch)))

    await tx
      .update(outbox)
      .set({ publishedAt: clock.now() })
      .where(
        inArray(
          outbox.id,
          waiting.map((row) => row.id),
        ),
      )
    return waiting.length
  })

/** The row with its hand-over as the place in its trace: what is done about it stands below that. */
const traced = (row: OutboxRow, service: string, startedAtMs: number): OutboxRow => {
  const { kind, name, requestId, traceparent } = row
  if (traceparent === null) return row
  const attributes = { 'gigraph.request_id': requestId, 'gigraph.outbox.kind': kind }
  const span = { name: `send ${name}`, kind: 'producer', attributes, startedAtMs, endedAtMs: Date.now() } as const
  return continueTrace({ traceparent }, () => ({ ...row, traceparent: pastSpan(service, span) ?? traceparent }))
}

const targets = (row: OutboxRow, { definitions, routes, clock }: RelayOptions) => {
  const backoff = { type: 'exponential', delay: 1_000 }
  const trace = row.traceparent === null ? {} : { traceparent: row.traceparent }
  if (row.kind === 'event') {
    const { id, name, version, payload, requestId, occurredAt } = row
    const data = { id, name, version, payload, requestId, occurredAt: occurredAt.toISOString(), ...trace }
    return (routes[name] ?? []).map((service) => ({
      queue: eventQueue(service),
      job: { name, data, opts: { jobId: id, attempts: EVENT_ATTEMPTS, backoff } },
    }))
  }
  const definition = definitions.get(row.name)
  if (!definition) throw new Error(`the outbox holds the unknown job ${row.name}`)
  const delay = Math.max(0, row.occurredAt.getTime() - clock.now().getTime())
  return [
    {
      queue: definition.queue,
      job: {
        name: row.name,
        data: { data: row.payload, requestId: row.requestId, ...trace },
        opts: { jobId: row.id, delay, attempts: definition.attempts ?? DEFAULT_ATTEMPTS, backoff },
      },
    },
  ]
}

/** Forgets what was delivered long ago. The inbox keeps as long, so a late second delivery is still recognized. */
const clean = async ({ db, clock }: RelayOptions): Promise<void> => {
  const before = after(clock.now(), `-${KEEP}` as '30d')
  await db.delete(outbox).where(lt(outbox.publishedAt, before))
  await db.delete(inbox).where(lt(inbox.handledAt, before))
}

/** How many rows still wait; for health and metrics. */
export const countWaiting = (db: Database): Promise<number> => db.$count(outbox, sql`${outbox.publishedAt} is null`)
