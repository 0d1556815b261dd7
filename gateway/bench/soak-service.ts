import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { graphql, parse } from 'graphql'
import { useServer as serveGraphqlWs } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { type SoakService, soakServices } from './soak-graph.ts'
import { serveParent } from './soak-process.ts'

/** One light service of the soak: memoized answers, and live streams that it counts. */
const definition = soakServices[process.argv[2] as SoakService]
let streams = 0

/** One event, then silence until the reader goes. */
const ticks = (): AsyncIterableIterator<{ tick: number }> => {
  const silence = Promise.withResolvers<IteratorResult<{ tick: number }>>()
  let sent = false
  streams += 1
  return {
    next: () => {
      if (sent) return silence.promise
      sent = true
      return Promise.resolve({ done: false, value: { tick: 1 } })
    },
    return: () => {
      streams -= 1
      silence.resolve({ done: true, value: undefined })
      return Promise.resolve({ done: true, value: undefined })
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

const resolvers = {
  ...definition.resolvers,
  ...('Subscription' in definition ? { Subscription: { tick: { subscribe: ticks } } } : {}),
}
const schema = buildSubgraphSchema({ typeDefs: parse(definition.sdl), resolvers })
const answers = new Map<string, Promise<string>>()

const answer = async (body: string): Promise<string> => {
  const { query, variables, operationName } = JSON.parse(body)
  return JSON.stringify(await graphql({ schema, source: query, variableValues: variables, operationName }))
}

const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
  let body = ''
  request.setEncoding('utf8')
  for await (const chunk of request) body += chunk
  let text = answers.get(body)
  if (text === undefined) {
    text = answer(body)
    answers.set(body, text)
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end(await text)
})
serveGraphqlWs({ schema }, new WebSocketServer({ server, path: '/graphql' }))
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

serveParent({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` }, () => ({ streams }))
