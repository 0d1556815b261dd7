import { createClient, type Client as SocketClient } from 'graphql-ws'
import { WebSocket } from 'ws'

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape of the test's own document
type Data = any

export interface Answer {
  readonly data?: Data
  readonly errors?: readonly {
    readonly message: string
    readonly path?: readonly (string | number)[]
    readonly extensions?: { readonly code?: string }
  }[]
}

/** One client of the gateway, as a front end would be one. */
export interface GraphClient {
  /** The whole answer. */
  run(query: string, variables?: Record<string, unknown>): Promise<Answer>
  /** The data; throws when the answer has errors. */
  query(query: string, variables?: Record<string, unknown>): Promise<Data>
  /** Live events over graphql-ws. `ready` resolves when the server has the socket. */
  subscribe(query: string, variables?: Record<string, unknown>): AsyncIterableIterator<Answer>
  close(): Promise<void>
}

/** @param token an access token, or null for nobody */
export const createGraphClient = (graphqlUrl: string, token: string | null): GraphClient => {
  let socket: SocketClient | undefined
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
  const run: GraphClient['run'] = async (query, variables = {}) => {
    const response = await fetch(graphqlUrl, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
    return (await response.json()) as Answer
  }
  return {
    run,
    query: async (query, variables) => {
      const { data, errors } = await run(query, variables)
      if (errors) throw new Error(`the operation failed: ${JSON.stringify(errors, null, 2)}`)
      return data
    },
    subscribe: (query, variables = {}) => {
      socket ??= createClient({
        url: graphqlUrl.replace('http', 'ws'),
        webSocketImpl: WebSocket,
        // A real client would come back with a fresh token; a test wants to see the socket end.
        retryAttempts: 0,
        ...(token && { connectionParams: { authorization: `Bearer ${token}` } }),
      })
      return socket.iterate({ query, variables }) as unknown as AsyncIterableIterator<Answer>
    },
    close: async () => {
      await socket?.dispose()
    },
  }
}
