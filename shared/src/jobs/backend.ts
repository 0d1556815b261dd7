import {
  type BackendFactory,
  type ConnectionOptions,
  createPostgresBackend,
  type IQueueBackend,
  Queue,
  runMigrations,
  Worker,
} from 'bullmq'
import { Redis } from 'ioredis'
import pg from 'pg'
import type { Logger } from '../logging/index.ts'

/** BullMQ's schema in the jobs database. */
const SCHEMA = 'bullmq'

/** How many connections beside one LISTEN connection per worker a PostgreSQL backend keeps. */
const SPARE_CONNECTIONS = 6

const DAY_SECONDS = 86_400

/** A job whose worker died comes back this often before it counts as failed; BullMQ's own 1 is too few for a rolling restart. */
const MAXIMUM_STALLS = 5

/** How soon a worker looks again after it could not reach its queue; BullMQ's own 15 s would be the length of each outage. */
const RETRY_MS = 1_000

/** What BullMQ keeps of finished jobs: the last hour's successes, a month of failures for people to look at. */
const retention = {
  removeOnComplete: { age: 3_600, count: 1_000 },
  removeOnFail: { age: 30 * DAY_SECONDS },
}

export interface WorkerSettings {
  readonly concurrency: number
  readonly run: (job: { readonly id: string; readonly name: string; readonly data: unknown }) => Promise<void>
  /** Called when a job has failed at its last try. */
  readonly onExhausted: (
    job: { readonly id: string; readonly name: string; readonly data: unknown },
    error: Error,
  ) => void
}

/** BullMQ on PostgreSQL or on Redis. Queues are made once per name; everything is closed together. */
export interface JobsBackend {
  readonly kind: 'postgres' | 'redis'
  queue(name: string): Queue
  worker(name: string, settings: WorkerSettings): Worker
  /** Waits for the jobs in hand, then closes workers, queues and connections. */
  close(): Promise<void>
}

export interface JobsOptions {
  readonly databaseUrl?: string | undefined
  /** Takes precedence over `databaseUrl`. */
  readonly redisUrl?: string | undefined
  /** Shown in pg_stat_activity. */
  readonly applicationName: string
  /** Workers that will be made: each holds a LISTEN connection on PostgreSQL. */
  readonly workers: number
  readonly log: Logger
  /** How long a worker may be silent before it counts as dead; within twice this another takes over its jobs. 15 s unless told otherwise. */
  readonly patienceMs?: number
  /** Separates installations on one Redis; `gigraph` unless told otherwise. */
  readonly prefix?: string
}

/** Brings BullMQ's own schema up to date. BullMQ holds an advisory lock meanwhile; call it before {@link openJobs}. */
export const migrateJobs = async (databaseUrl: string): Promise<void> => {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'gigraph-jobs-migrate' })
  await client.connect()
  try {
    await runMigrations(client, SCHEMA)
  } finally {
    await client.end()
  }
}

interface Connections {
  readonly kind: JobsBackend['kind']
  readonly factory: BackendFactory<IQueueBackend, unknown> | undefined
  readonly producer: unknown
  readonly consumer: unknown
  /** Before workers are closed: gives up what would keep them waiting. */
  release(): void
  close(): Promise<void>
}

const postgresConnections = ({ databaseUrl, applicationName, workers, log }: JobsOptions): Connections => {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: applicationName,
    max: workers + SPARE_CONNECTIONS,
    options: `-c search_path=${SCHEMA}`,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  })
  // Every queue and worker listens for the pool's errors; that many listeners are no leak.
  pool.setMaxListeners(0)
  pool.on('error', (error) => log.warn({ err: error }, 'an idle connection to the jobs database was lost'))
  return {
    kind: 'postgres',
    factory: createPostgresBackend as unknown as BackendFactory<IQueueBackend, unknown>,
    producer: pool,
    consumer: pool,
    release: () => undefined,
    close: () => pool.end(),
  }
}

const redisConnections = (redisUrl: string, log: Logger): Connections => {
  // A producer fails fast: the relay tries again. A worker waits for Redis as long as it takes (BullMQ demands null).
  const producer = new Redis(redisUrl, { maxRetriesPerRequest: 1, enableOfflineQueue: true })
  const consumer = new Redis(redisUrl, { maxRetriesPerRequest: null })
  for (const connection of [producer, consumer])
    connection.on('error', (error) => log.warn({ err: error }, 'the connection to Redis was lost'))
  return {
    kind: 'redis',
    factory: undefined,
    producer,
    consumer,
    // A worker waits for an answer of Redis before it closes, and for a Redis that is away it would wait for ever. With its
    // connection gone it ends; a job that it had in hand comes back to another one.
    release: () => {
      if (consumer.status !== 'ready') consumer.disconnect()
    },
    close: async () => {
      producer.disconnect()
      consumer.disconnect()
    },
  }
}

/** Opens the queues. PostgreSQL needs {@link migrateJobs} first. */
export const openJobs = (options: JobsOptions): JobsBackend => {
  const { log, prefix = 'gigraph', redisUrl, patienceMs = 15_000 } = options
  const connections = redisUrl ? redisConnections(redisUrl, log) : postgresConnections(options)
  const queues = new Map<string, Queue>()
  const workers: Worker[] = []
  const redisOnly = connections.kind === 'redis' ? { prefix } : {}
  const report = (error: Error) => log.warn({ err: error }, 'a queue lost its connection')

  const openQueue = (name: string): Queue => {
    const settings = {
      connection: connections.producer as ConnectionOptions,
      ...redisOnly,
      defaultJobOptions: retention,
    }
    const queue = connections.factory
      ? (new Queue(name, settings, connections.factory) as unknown as Queue)
      : new Queue(name, settings)
    queue.on('error', report)
    queues.set(name, queue)
    return queue
  }

  return {
    kind: connections.kind,
    queue: (name) => queues.get(name) ?? openQueue(name),
    worker: (name, { concurrency, run, onExhausted }) => {
      const settings = {
        connection: connections.consumer as ConnectionOptions,
        ...redisOnly,
        ...retention,
        concurrency,
        maxStalledCount: MAXIMUM_STALLS,
        lockDuration: patienceMs,
        stalledInterval: patienceMs,
        runRetryDelay: RETRY_MS,
      }
      const process = (job: { id?: string; name: string; data: unknown }) =>
        run({ id: job.id ?? '', name: job.name, data: job.data })
      const worker = connections.factory
        ? (new Worker(name, process, settings, connections.factory) as unknown as Worker)
        : new Worker(name, process, settings)
      worker.on('error', report)
      worker.on('failed', (job, error) => {
        if (job && job.attemptsMade >= (job.opts.attempts ?? 1))
          onExhausted({ id: job.id ?? '', name: job.name, data: job.data }, error)
      })
      workers.push(worker)
      return worker
    },
    close: async () => {
      connections.release()
      await Promise.all(workers.map((worker) => worker.close()))
      await Promise.all([...queues.values()].map((queue) => queue.close()))
      await connections.close()
    },
  }
}
