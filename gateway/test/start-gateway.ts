import { type EventEmitter, once } from 'node:events'
import { buildSubgraphSchema } from '@apollo/subgraph'
import type { Caller } from '@gigraph/shared/auth'
import { createLogger, type Logger } from '@gigraph/shared/logging'
import { type ExecutionResult, execute, type GraphQLSchema, parse, subscribe } from 'graphql'
import { onTestFinished, vi } from 'vitest'
import { composeSupergraph } from '../src/execute/testing/federated-graph.ts'
import { createGateway, type Gateway, type GatewayOptions, type InProcessService } from '../src/index.ts'
import { Events } from './events.ts'

vi.setConfig({ testTimeout: 30_000 })

/** What the test service did, for tests to look at. */
export interface Observed {
  /** Callers of `whoami`, as the service saw them. */
  readonly callers: Caller[]
  /** How often `counted` was resolved. */
  counted: number
  /** Subscriptions that have a listener at this moment. */
  readonly events: Events<number>
  /** `slow` and `linger` fields that have not been resolved. */
  readonly waiting: number
  /** Resolves them. */
  release(): void
}

export const SDL = `
  type Query {
    hello(name: String = "world"): String!
    whoami: Person
    counted: Int
    slow: String
    items(first: Int): ItemConnection!
    broken: String
    refused: String
    big: String
  }
  type Mutation { increment(by: Int = 1): Int!  login: Boolean!  linger: Int! }
  type Subscription { numbers: Int!  faulty: Int! }
  type Person @key(fields: "id") { id: ID!  friend: Person }
  type ItemConnection { nodes: [Item!]! }
  type Item { name: String!  parent: Item }
`

/** {@link SDL} as the only service of a graph. */
export const SUPERGRAPH = composeSupergraph({ things: { sdl: SDL, resolvers: {} } })

const createService = (): { service: InProcessService; observed: Observed } => {
  let total = 0
  const waiting: (() => void)[] = []
  const observed: Observed = {
    callers: [],
    counted: 0,
    events: new Events<number>(),
    get waiting() {
      return waiting.length
    },
    release: () => {
      for (const resolve of waiting.splice(0)) resolve()
    },
  }
  const resolvers = {
    Query: {
      hello: (_: unknown, { name }: { name: string }) => `Hello, ${name}!`,
      whoami: (_: unknown, _args: unknown, caller: Caller) => {
        observed.callers.push(caller)
        return caller.viewer && { id: caller.viewer.id }
      },
      counted: () => {
        observed.counted += 1
        return observed.counted
      },
      slow: () => new Promise<string>((resolve) => waiting.push(() => resolve('at last'))),
      items: (_: unknown, { first = 2 }: { first?: number }) => ({
        nodes: Array.from({ length: first }, (_, index) => ({ name: `item ${index}` })),
      }),
      broken: () => {
        throw new Error('relation "secrets" does not exist at /srv/app/store.ts:12')
      },
      refused: () => {
        throw Object.assign(new Error('You may not see this.'), {
          extensions: { code: 'FORBIDDEN', http: { status: 418 } },
        })
      },
      big: () => 'x'.repeat(20_000),
    },
    Mutation: {
      increment: (_: unknown, { by }: { by: number }) => {
        total += by
        return total
      },
      login: () => true,
      linger: () =>
        new Promise<number>((resolve) =>
          waiting.push(() => {
            total += 100
            resolve(total)
          }),
        ),
    },
    Subscription: {
      numbers: { subscribe: () => observed.events.listen(), resolve: (value: number) => value },
      faulty: {
        subscribe: () => observed.events.listen(),
        resolve: () => {
          throw new Error('password of the database is hunter2')
        },
      },
    },
  }
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n'
  const schema: GraphQLSchema = buildSubgraphSchema({ typeDefs: parse(link + SDL), resolvers: resolvers as never })
  const argumentsOf = (request: Parameters<InProcessService['execute']>[0]) => ({
    schema,
    document: parse(request.query),
    variableValues: request.variables,
    operationName: request.operationName,
    contextValue: request.caller,
  })
  return {
    observed,
    service: {
      execute: async (request) => JSON.parse(JSON.stringify(await execute(argumentsOf(request)))) as ExecutionResult,
      subscribe: async (request) =>
        (await subscribe(argumentsOf(request))) as AsyncIterableIterator<ExecutionResult> | ExecutionResult,
    },
  }
}

/** Log lines of a gateway under test, as parsed JSON. */
export type LogLine = Readonly<Record<string, unknown>>

export interface TestGateway extends Gateway {
  readonly observed: Observed
  readonly origin: string
  /** Posts a GraphQL request; the raw response. */
  post(body: unknown, headers?: Record<string, string>): Promise<Response>
  /** Posts a GraphQL request; the parsed result. */
  query(query: string, headers?: Record<string, string>, more?: object): Promise<ResultWithErrors>
}

export interface ResultWithErrors {
  readonly data?: Record<string, unknown> | null
  readonly errors?: readonly {
    readonly message: string
    readonly extensions: Record<string, unknown>
    readonly path?: unknown
  }[]
  readonly extensions?: Record<string, unknown>
}

/** A whole gateway over one service in this process, on a free port; closed when the test is over. */
export const startGateway = async (options: Partial<GatewayOptions> = {}): Promise<TestGateway> => {
  const { service, observed } = createService()
  const log: Logger = options.log ?? createLogger({ name: 'gateway', level: 'silent' })
  const gateway = await createGateway({
    supergraph: { sdl: SUPERGRAPH },
    services: { things: { local: service } },
    port: 0,
    log,
    ...options,
  })
  onTestFinished(async () => {
    observed.release()
    await gateway.close()
  })
  const post: TestGateway['post'] = (body, headers = {}) =>
    fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  return {
    ...gateway,
    observed,
    origin: new URL(gateway.url).origin,
    post,
    query: async (query, headers, more) => (await (await post({ query, ...more }, headers)).json()) as ResultWithErrors,
  }
}

/** Waits until `check` passes. The deadline is for a machine that has much else to do. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 15_000, interval: 20 })

/** Resolves with the next event of an emitter. */
export const next = async (emitter: EventEmitter, event: string): Promise<unknown[]> =>
  once(emitter, event, { signal: AbortSignal.timeout(60_000) })
