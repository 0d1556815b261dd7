import { composeServices } from '@apollo/composition'
import { buildSubgraphSchema } from '@apollo/subgraph'
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  parse,
  subscribe,
  validate,
} from 'graphql'
import { createLocalTransport, type LocalRequest, type LocalService } from '../../transport/local.ts'
import type { RequestContext } from '../../transport/transport.ts'
import { createEngine } from '../create-engine.ts'
import type { Engine, SubsequentResult } from '../engine.ts'
import type { EngineMetrics } from '../metrics.ts'
import { validateOperation } from '../operation-rules.ts'
import { runOnStockGateway } from './stock-gateway.ts'

/** Resolvers of a test service, as @apollo/subgraph takes them. */
type Resolvers =
  NonNullable<Exclude<Parameters<typeof buildSubgraphSchema>[0], unknown[]>> extends infer Module
    ? Module extends { resolvers?: infer R }
      ? NonNullable<R>
      : never
    : never

export interface TestService {
  readonly sdl: string
  readonly resolvers: Resolvers
}

export interface TestServices {
  readonly [name: string]: TestService
}

/** One query that a service got. */
export interface SeenRequest {
  readonly service: string
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** An engine over services in this process, and everything that it sent them. */
export interface FederatedGraph {
  readonly engine: Engine
  readonly seen: SeenRequest[]
  /** From now on the service is out of reach. */
  break(service: string): void
  /** From now on the service answers this, whatever it is asked. */
  answerAlways(service: string, answer: object): void
  /** From now on the service fails as a whole when it is asked for two things at once. */
  refuseMerged(service: string): void
  run(query: string, variables?: Record<string, unknown>, context?: Partial<RequestContext>): Promise<ExecutionResult>
  /** What Apollo's own executor makes of it, over the same services. */
  runStock(query: string): Promise<ExecutionResult>
  /** {@link run} with the operation's name, as most clients send it. */
  runNamed(
    operationName: string,
    query: string,
    variables?: Record<string, unknown>,
    context?: Partial<RequestContext>,
  ): Promise<ExecutionResult>
  /** What a client gets that takes its answer in parts: the first one, and all later ones in order. */
  runInParts(
    query: string,
    variables?: Record<string, unknown>,
    context?: Partial<RequestContext>,
  ): Promise<{ readonly initial: ExecutionResult; readonly later: readonly SubsequentResult[] }>
  subscribe(
    query: string,
    variables?: Record<string, unknown>,
    context?: Partial<RequestContext>,
  ): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>
}

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@interfaceObject", "@context", "@fromContext", "@authenticated", "@requiresScopes", "@policy", "@extends", "@tag", "@composeDirective"])\n'

/** Composes the services' SDL. @throws Error with every composition error */
export function composeSupergraph(services: TestServices): string {
  const result = composeServices(
    Object.entries(services).map(([name, { sdl }]) => ({
      name,
      url: `http://${name}.test/`,
      typeDefs: parse(LINK + sdl),
    })),
  )
  if (result.errors !== undefined) throw new Error(result.errors.map((error) => error.message).join('\n'))
  return result.supergraphSdl
}

/** Builds services and an engine over them. */
export function federatedGraph(
  services: TestServices,
  metrics: EngineMetrics = {},
  eventTimeoutMs?: number,
): FederatedGraph {
  const seen: SeenRequest[] = []
  const broken = new Set<string>()
  const refusing = new Set<string>()
  const answers = new Map<string, ExecutionResult>()
  const check = ({ service, query }: SeenRequest) => {
    if (broken.has(service)) throw new Error(`${service} is down`)
    if (refusing.has(service) && query.split('_entities(').length > 2) return { data: null, errors: [REFUSAL] }
    return answers.get(service)
  }
  const local = new Map(
    Object.entries(services).map(([name, service]) => [name, localService(name, service, seen, check)]),
  )
  const supergraphSdl = composeSupergraph(services)
  const engine = createEngine({
    supergraphSdl,
    metrics,
    ...(eventTimeoutMs === undefined ? {} : { eventTimeoutMs }),
    transports: (name) => createLocalTransport(local.get(name) as LocalService),
  })
  const operation = (query: string, variables: Record<string, unknown> = {}, context: Partial<RequestContext> = {}) => {
    const document = parse(query)
    const errors = validateOperation(engine.schema, document)
    if (errors.length > 0) throw errors[0]
    return { document, source: query, variables, context: { ...ANONYMOUS, ...context } }
  }
  return {
    engine,
    seen,
    break: (service) => void broken.add(service),
    answerAlways: (service, answer) => void answers.set(service, answer),
    refuseMerged: (service) => void refusing.add(service),
    run: (...request) => engine.execute(operation(...request)),
    runStock: (query) => runOnStockGateway(supergraphSdl, (name) => local.get(name) as LocalService, query),
    runNamed: (operationName, ...request) => engine.execute({ ...operation(...request), operationName }),
    async runInParts(...request) {
      const result = await engine.executeIncrementally(operation(...request))
      if (!('initialResult' in result)) return { initial: result, later: [] }
      return { initial: result.initialResult, later: await Array.fromAsync(result.subsequentResults) }
    },
    subscribe: (...request) => engine.subscribe(operation(...request)),
  }
}

/** A request context without a caller. */
export const ANONYMOUS: RequestContext = { requestId: 'test', identity: null, scopes: null, headersFor: () => ({}) }

/** The executable schema of one test service. */
function serviceSchema({ sdl, resolvers }: TestService): GraphQLSchema {
  return buildSubgraphSchema({ typeDefs: parse(LINK + sdl), resolvers })
}

const REFUSAL = new GraphQLError('too much at once')

function localService(
  name: string,
  service: TestService,
  seen: SeenRequest[],
  check: (request: SeenRequest) => ExecutionResult | undefined,
): LocalService {
  const schema = serviceSchema(service)
  const record = ({ query, variables }: LocalRequest) => {
    const request = { service: name, query, variables: variables ?? {} }
    seen.push(request)
    return check(request)
  }
  const documents = new Map<string, DocumentNode>()
  const documentOf = (query: string) => {
    const document = parse(query)
    const errors = validate(schema, document)
    if (errors.length > 0) throw new Error(`${name} cannot answer ${query}: ${errors[0]?.message}`)
    documents.set(query, document)
    return document
  }
  const prepare = (request: LocalRequest) => {
    const { query, variables, operationName } = request
    const document = documents.get(query) ?? documentOf(query)
    return { schema, document, variableValues: variables, operationName, contextValue: request }
  }
  return {
    // Through JSON, as every remote service's answer comes.
    execute: async (request) =>
      record(request) ?? (JSON.parse(JSON.stringify(await execute(prepare(request)))) as ExecutionResult),
    subscribe: async (request) =>
      (await subscribe(prepare(request))) as AsyncIterableIterator<ExecutionResult> | ExecutionResult,
  }
}
