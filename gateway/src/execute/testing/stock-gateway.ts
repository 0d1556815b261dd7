import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway'
import { type ExecutionResult, OperationTypeNode, parse } from 'graphql'
import type { LocalService } from '../../transport/local.ts'

/** What the stock gateway answers over the same services: shows that a test of ours finds what it claims to find. */
export async function runOnStockGateway(
  supergraphSdl: string,
  services: (name: string) => LocalService,
  query: string,
): Promise<ExecutionResult> {
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ name }) => dataSource(services(name)),
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  })
  const { executor } = await gateway.load({})
  if (executor === null) throw new Error('The stock gateway has no executor')
  try {
    return await executor(requestContextOf(query))
  } finally {
    await gateway.stop()
  }
}

function dataSource(service: LocalService): GraphQLDataSource {
  return {
    async process({ request }) {
      const result = await service.execute({
        query: request.query ?? '',
        viewer: null,
        requestId: 'stock',
        ...(request.variables === undefined ? {} : { variables: request.variables }),
      })
      return JSON.parse(JSON.stringify(result)) as Awaited<ReturnType<GraphQLDataSource['process']>>
    },
  }
}

type StockContext = Parameters<Exclude<Awaited<ReturnType<ApolloGateway['load']>>['executor'], null>>[0]

/** The part of @apollo/server's request context that the stock executor reads. */
function requestContextOf(query: string): StockContext {
  const document = parse(query)
  const [operation] = document.definitions
  return {
    document,
    operation,
    operationName: null,
    queryHash: query,
    source: query,
    request: { query, variables: {} },
    context: {},
    metrics: {},
    overallCachePolicy: { policyIfCacheable: () => null, restrict() {}, replace() {} },
    cache: undefined,
    logger: console,
    schema: undefined,
    operationType: OperationTypeNode.QUERY,
  } as unknown as StockContext
}
