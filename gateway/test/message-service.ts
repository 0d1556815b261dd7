import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { graphql, parse } from 'graphql'
import { useServer as serveGraphqlWs } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { Events } from './events.ts'

export interface Message {
  readonly number: number
  readonly text: string
}

export const MESSAGES_SDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { messages(after: Int!): [Message!] }
  type Subscription { messageSent: Message! }
  type Message { number: Int! text: String! }
`

/** Everything that was ever sent: what a restart of the service does not lose. */
export const createMessages = () => {
  const all: Message[] = []
  const events = new Events<Message>()
  return {
    all,
    events,
    send: () => {
      const message = { number: all.length + 1, text: `message ${all.length + 1}` }
      all.push(message)
      events.emit(message)
    },
  }
}

/** A service of messages over HTTP and WebSocket; `kill` ends it as a crash would. */
export const serveMessages = async ({ all, events }: ReturnType<typeof createMessages>, port = 0) => {
  const resolvers = {
    Query: { messages: (_: unknown, { after }: { after: number }) => all.slice(after) },
    Subscription: { messageSent: { subscribe: () => events.listen(), resolve: (message: Message) => message } },
  }
  const schema = buildSubgraphSchema({ typeDefs: parse(MESSAGES_SDL), resolvers: resolvers as never })
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { query, variables, operationName } = JSON.parse(body)
    const result = await graphql({ schema, source: query, variableValues: variables, operationName })
    response.setHeader('content-type', 'application/json').end(JSON.stringify(result))
  })
  const sockets = new WebSocketServer({ server, path: '/graphql' })
  serveGraphqlWs({ schema }, sockets)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${bound}/graphql`,
    port: bound,
    kill: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets.clients) socket.terminate()
        server.closeAllConnections()
      }),
  }
}

interface Following {
  readonly numbers: number[]
  /** How many came as live events. */
  live: number
}

/**
 * What a client does to miss nothing: it takes live messages as they come, and whenever one was left out, or it has connected again, asks for what
 * came after the last one that it knows.
 */
export const createFollower = (ask: (after: number) => Promise<readonly Message[]>) => {
  const following: Following = { numbers: [], live: 0 }
  let asking: Promise<void> = Promise.resolve()
  const last = () => following.numbers.at(-1) ?? 0
  const take = ({ number }: Message) => {
    if (number === last() + 1) following.numbers.push(number)
  }
  const catchUp = (): Promise<void> => {
    asking = asking.then(async () => {
      for (const message of await ask(last())) take(message)
    })
    return asking
  }
  return {
    following,
    catchUp,
    onMessage: async (message: Message) => {
      following.live += 1
      if (message.number > last() + 1) await catchUp()
      take(message)
    },
  }
}
