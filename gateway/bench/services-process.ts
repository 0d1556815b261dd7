import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { graphql, parse } from 'graphql'
import { resolvers, schemas } from './workload.ts'

/**
 * The four services in one process. Answers are memoized by request body, so that a gateway is what a benchmark measures.
 * Tells its parent the URLs by service name, and on request how many calls it got.
 */
const urls: Record<string, string> = {}
let calls = 0

for (const [name, sdl] of Object.entries(schemas)) {
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers[name as keyof typeof resolvers] })
  const answers = new Map<string, Promise<string>>()
  const answer = async (body: string) => {
    const { query, variables, operationName } = JSON.parse(body)
    return JSON.stringify(await graphql({ schema, source: query, variableValues: variables, operationName }))
  }
  const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    calls++
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
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  urls[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
}

process.on('message', () => {
  process.send?.({ calls })
  calls = 0
})
process.send?.({ urls })
