import { and, asc, eq } from 'drizzle-orm'
import type { ExecutionResult } from 'graphql'
import { exportJWK, generateKeyPair } from 'jose'
import type { Viewer } from '../auth/index.ts'
import { type EventDefinition, outbox } from '../events/index.ts'
import type { JobDefinition } from '../jobs/index.ts'
import { createLogger } from '../logging/index.ts'
import { type RunningService, type ServiceContext, type SubgraphDefinition, startService } from '../service/index.ts'
import { makeId } from '../time/index.ts'
import { createTestClock, type TestClock } from './test-clock.ts'
import { createTestDatabase } from './test-database.ts'

/** Variables as a test passes them; the schema judges. */
type Variables = Readonly<Record<string, unknown>>
// biome-ignore lint/suspicious/noExplicitAny: answers have the shape of the test's own document
type Data = any

/** One person's way to a service. */
export interface TestClient {
  /** The data; throws when the answer has errors. */
  query(document: string, variables?: Variables): Promise<Data>
  /** The whole answer. */
  run(document: string, variables?: Variables): Promise<ExecutionResult<Data>>
  /** The live results of a subscription. */
  subscribe(document: string, variables?: Variables): Promise<AsyncIterableIterator<ExecutionResult<Data>>>
}

/** A service on a database of its own, driven without queues: events and jobs run when the test says so. */
export interface TestService<Context = ServiceContext> {
  readonly service: RunningService<Context>
  /** Stands still; shared by all services started together. */
  readonly clock: TestClock
  /** A context without a viewer: `context.db` reads and writes the service's tables. */
  readonly context: Context
  as(viewer: Viewer | null): TestClient
  readonly anonymous: TestClient
  /** Payloads of the events (or data of the jobs) of that name that were written, in order. */
  outbox(name: string): Promise<Data[]>
  /** Delivers an event; the same `id` again is the same event again. */
  consume<Payload>(
    event: EventDefinition<Payload>,
    payload: NoInfer<Payload>,
    options?: { id?: string; occurredAt?: Date },
  ): Promise<void>
  runJob<Payload>(job: JobDefinition<Payload>, data: NoInfer<Payload>): Promise<void>
  /** SQL statements that `work` needed. */
  countStatements(work: () => Promise<unknown>): Promise<number>
}

// biome-ignore lint/suspicious/noExplicitAny: a map of definitions with different shapes
type AnyDefinition = SubgraphDefinition<any, any>
type ContextOf<Definition> =
  Definition extends SubgraphDefinition<infer Shape, infer Extra> ? ServiceContext<Shape> & Extra : never

export type TestServices<Definitions extends Readonly<Record<string, AnyDefinition>>> = {
  readonly [Name in keyof Definitions]: TestService<ContextOf<Definitions[Name]>>
} & { close(): Promise<void> }

interface TestOptions {
  /** More variables, for all services. */
  readonly environment?: Readonly<Record<string, string>>
  readonly clock?: TestClock
}

const SERVICE_SECRET = 'a secret of the tests, of no worth elsewhere'

/** Starts real services that ask each other within the process. Name every service that the ones under test call. */
export const startTestServices = async <Definitions extends Readonly<Record<string, AnyDefinition>>>(
  definitions: Definitions,
  { environment = {}, clock = createTestClock() }: TestOptions = {},
): Promise<TestServices<Definitions>> => {
  const { publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const assertionKey = JSON.stringify(await exportJWK(publicKey))
  const running = new Map<string, RunningService>()
  const ends: (() => Promise<void>)[] = []
  const services: Record<string, TestService> = {}

  for (const [name, definition] of Object.entries(definitions)) {
    const database = await createTestDatabase(definition)
    let statements = 0
    const service = await startService(definition, {
      environment: {
        ...Object.fromEntries(
          (definition.calls ?? []).map((peer) => [`${peer.toUpperCase()}_URL`, 'http://in-process.invalid']),
        ),
        DATABASE_URL: database.url,
        MIGRATION_DATABASE_URL: database.ownerUrl,
        JOBS_DATABASE_URL: database.url,
        VIEWER_ASSERTION_PUBLIC_KEY: assertionKey,
        SERVICE_SECRET,
        ...environment,
      },
      clock,
      log: createLogger({ name, level: 'fatal' }),
      background: false,
      onStatement: () => {
        statements += 1
      },
      procedures: async ({ service: owner, procedure, input, requestId }) => {
        const peer = running.get(owner)
        if (!peer) throw new Error(`${name} calls ${owner}.${procedure}: start ${owner} together with it`)
        return structuredClone(await peer.procedure(procedure, structuredClone(input), requestId))
      },
    })
    running.set(definition.name, service as RunningService)
    ends.unshift(async () => {
      await service.close()
      await database.drop()
    })
    services[name] = testService(service as RunningService<ServiceContext>, clock, async (work) => {
      statements = 0
      await work()
      return statements
    })
  }

  const close = async () => {
    for (const end of ends) await end()
  }
  return { ...services, close } as unknown as TestServices<Definitions>
}

const testService = (
  service: RunningService<ServiceContext>,
  clock: TestClock,
  countStatements: TestService['countStatements'],
): TestService => {
  const context = service.systemContext()
  const as = (viewer: Viewer | null): TestClient => {
    const request = (document: string, variables: Variables = {}) => ({
      query: document,
      variables,
      caller: { viewer, address: '127.0.0.1', userAgent: 'vitest' },
      requestId: makeId(),
    })
    const run: TestClient['run'] = async (document, variables) => service.execute(request(document, variables))
    return {
      run,
      query: async (document, variables) => {
        const { data, errors } = await run(document, variables)
        if (errors) throw new Error(`the operation failed: ${JSON.stringify(errors, null, 2)}`)
        return data
      },
      subscribe: async (document, variables) => {
        const stream = await service.subscribe(request(document, variables))
        if (!(Symbol.asyncIterator in stream))
          throw new Error(`the subscription failed: ${JSON.stringify(stream.errors)}`)
        return stream
      },
    }
  }
  return {
    service,
    clock,
    context,
    as,
    anonymous: as(null),
    countStatements,
    outbox: async (name) => {
      const rows = await context.db
        .select()
        .from(outbox)
        .where(and(eq(outbox.name, name)))
        .orderBy(asc(outbox.id))
      return rows.map((row) => row.payload)
    },
    consume: (event, payload, options = {}) =>
      service.consume({
        id: options.id ?? makeId(),
        name: event.name,
        version: event.version,
        occurredAt: (options.occurredAt ?? clock.now()).toISOString(),
        requestId: makeId(),
        payload,
      }),
    runJob: (job, data) => service.runJob(job.name, data),
  }
}
