import type { ExecutionResult } from 'graphql'
import type { Registry } from 'prom-client'
import type { z } from 'zod'
import { openDatabase, requireMigrated } from '../database/index.ts'
import { consumeEvent, countWaiting, type Routes, routes } from '../events/index.ts'
import { schemaOf } from '../graphql/index.ts'
import { migrateJobs, openJobs } from '../jobs/index.ts'
import { createLogger, type Logger } from '../logging/index.ts'
import { personalDataOf, readPersonalPage } from '../personal-data/index.ts'
import { openPubSub } from '../pubsub/index.ts'
import { enterSpan, startTelemetry } from '../telemetry/index.ts'
import { type Clock, type MakeId, makeId, systemClock } from '../time/index.ts'
import { readServiceConfiguration } from './configuration.ts'
import type { ServiceContext } from './context.ts'
import { contextFactory } from './context-factory.ts'
import type { SubgraphDefinition } from './definition.ts'
import { createExecutor, type ServiceRequest } from './execute.ts'
import { listen } from './http-server.ts'
import { createMetrics } from './metrics.ts'
import { migrateService, migrationsOf } from './migrate-service.ts'
import { observeEvent, observeExecutor } from './observed-executor.ts'
import { httpProcedures, type ProcedureTransport } from './procedure.ts'
import { startWorkers, type Workers } from './workers.ts'

/** A running service, reached in process or over HTTP. */
export interface RunningService<Context = unknown> {
  readonly name: string
  /** Base URL of its HTTP server. */
  readonly url: string
  readonly metrics: Registry
  execute(request: ServiceRequest): Promise<ExecutionResult>
  subscribe(request: ServiceRequest): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>
  /** Answers another service's question. */
  procedure(name: string, input: unknown, requestId: string): Promise<unknown>
  /** A context without a viewer, for programs that act for the system: seeds, commands, tests. */
  systemContext(requestId?: string): Context
  /** Reacts to one event now, as its worker would. */
  consume(envelope: unknown): Promise<void>
  /** Runs one job now, as its worker would. */
  runJob(name: string, data: unknown): Promise<void>
  /** Rejects when the service cannot work. */
  ping(): Promise<void>
  /** Takes no more requests and jobs, ends those in hand, closes everything. Repeated calls are one. */
  close(): Promise<void>
}

export interface StartOptions {
  /** Variables of the service's configuration. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly log?: Logger
  readonly clock?: Clock
  readonly makeId?: MakeId
  /** Calls other services within the process instead of over HTTP. */
  readonly procedures?: ProcedureTransport
  /** Sees every SQL statement; for tests that count them. */
  readonly onStatement?: (sql: string) => void
  /** Who reacts to which events; the marketplace's table unless told otherwise. */
  readonly routes?: Routes
  /** False: neither relay nor workers run, whatever WORKERS says; for tests that drive them by hand. */
  readonly background?: boolean
}

const NOBODY = { viewer: null, address: '', userAgent: '' } as const

/**
 * Starts a service: configuration, migrations, database, queues, schema, HTTP server, workers.
 *
 * @throws {ConfigurationError} listing every fault of the environment
 */
export const startService = async <Shape extends z.ZodRawShape, Extra extends object>(
  definition: SubgraphDefinition<Shape, Extra>,
  options: StartOptions,
): Promise<RunningService<ServiceContext<Shape> & Extra>> => {
  const { name } = definition
  const config = readServiceConfiguration(definition, options.environment)
  const log = options.log ?? createLogger({ name, level: config.LOG_LEVEL })
  const clock = options.clock ?? systemClock
  const background = options.background ?? true
  const telemetry = await startTelemetry(config, log)

  if (config.MIGRATIONS === 'off') await requireMigrated(config.DATABASE_URL, migrationsOf(definition))
  else await migrateService(definition, config, log)
  const database = openDatabase({
    url: config.DATABASE_URL,
    applicationName: `gigraph-${name}`,
    maxConnections: config.DATABASE_CONNECTIONS,
    log,
    ...(options.onStatement && { onStatement: options.onStatement }),
  })
  const { db } = database
  const pubsub = openPubSub({ service: name, databaseUrl: config.DATABASE_URL, db, redisUrl: config.REDIS_URL, log })
  const metrics = createMetrics(name)
  const resources = {
    ...{ service: name, config, db, log, clock, pubsub },
    ...{ makeId: options.makeId ?? makeId, metrics: metrics.registry },
  }
  const extra = definition.extend ? await definition.extend(resources) : ({} as Extra & { close?(): Promise<void> })

  let workers: Workers | undefined
  const createContext = contextFactory<ServiceContext<Shape> & Extra>({
    resources: { ...resources, ...extra },
    procedures: options.procedures ?? httpProcedures({ from: name, secret: config.SERVICE_SECRET, urls: config.peers }),
    wakeRelay: () => workers?.wake(),
  })
  const schema = schemaOf(definition)
  const executor = observeExecutor(
    name,
    createExecutor({ schema, log, createContext, aroundEvent: observeEvent(name) }),
    log,
  )
  const systemContext = (requestId: string = resources.makeId()) => createContext({ requestId, caller: NOBODY })

  if (background) {
    if (!config.REDIS_URL && config.JOBS_DATABASE_URL) await migrateJobs(config.JOBS_DATABASE_URL)
    const jobs = openJobs({
      databaseUrl: config.JOBS_DATABASE_URL,
      redisUrl: config.REDIS_URL,
      applicationName: `gigraph-${name}-jobs`,
      workers: config.WORKERS === 'off' ? 0 : (definition.jobs?.length ?? 0) + 1,
      log,
    })
    workers = await startWorkers({
      definition,
      mode: config.WORKERS,
      routes: options.routes ?? routes,
      jobs,
      db,
      clock,
      log,
      metrics,
      systemContext,
    })
  }

  const procedure = async (procedureName: string, input: unknown, requestId: string) => {
    if (procedureName === personalDataOf(name).name)
      return readPersonalPage(definition.personalData ?? [], systemContext(requestId), input)
    const implementation = definition.procedures?.find((each) => each.procedure.name === procedureName)
    if (!implementation) throw new Error(`${name} has no procedure ${procedureName}`)
    const attributes = { 'gigraph.request_id': requestId }
    return enterSpan(name, { name: `procedure ${procedureName}`, kind: 'server', attributes }, () =>
      implementation.run(systemContext(requestId), input),
    )
  }
  const server = await listen({
    definition,
    config,
    executor,
    procedure,
    systemContext,
    ping: () => database.ping(),
    metrics,
    log,
  })

  let closed: Promise<void> | undefined
  const close = async () => {
    await server.close()
    await workers?.close()
    await extra.close?.()
    await pubsub.close()
    await database.close()
    await telemetry.close()
  }
  return {
    name,
    url: server.url,
    metrics: metrics.registry,
    ...executor,
    procedure,
    systemContext,
    consume: (data) =>
      consumeEvent({ db, clock, handlers: definition.handlers ?? [], createContext: systemContext }, data),
    runJob: async (jobName, data) => {
      const implementation = definition.jobs?.find((each) => each.job.name === jobName)
      if (!implementation) throw new Error(`${name} has no job ${jobName}`)
      await implementation.run(systemContext(), data)
    },
    ping: async () => {
      await database.ping()
      metrics.outboxWaiting.set(await countWaiting(db))
    },
    close: () => {
      closed ??= close()
      return closed
    },
  }
}
