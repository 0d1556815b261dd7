import { type AddressInfo, createServer, type Socket } from 'node:net'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { graphql, parse } from 'graphql'
import { httpMessages } from './http-messages.ts'
import { resolvers, schemas } from './workload.ts'

/** The four services of the workload. */
export interface Subgraphs {
  /** By service name. */
  readonly urls: Readonly<Record<string, string>>
  /** Requests so far. */
  readonly calls: () => number
  close(): void
}

/**
 * Starts the services in this process. Whole answers, headers included, are kept by request body, and requests are read by
 * as little code as possible: a gateway is what is measured.
 */
export async function startSubgraphs(): Promise<Subgraphs> {
  let calls = 0
  const urls: Record<string, string> = {}
  const sockets = new Set<Socket>()
  const servers = Object.entries(schemas).map(([name, sdl]) => {
    const answerTo = answers(name, sdl)
    const server = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      socket.on('error', () => socket.destroy())
      const read = httpMessages(({ body }) => {
        calls += 1
        const answer = answerTo(body)
        if (!(answer instanceof Promise)) socket.write(answer)
        // Ports are used again: a stranger may ask who stood here before. Of a gateway, the load sees that it got no answer.
        else
          answer.then(
            (made) => socket.write(made),
            (error: Error) => socket.destroy(error),
          )
      })
      socket.on('data', read)
    })
    return { name, server }
  })
  for (const { name, server } of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    urls[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
  }
  return {
    urls,
    calls: () => calls,
    close() {
      for (const { server } of servers) server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function answers(name: string, sdl: string): (body: Buffer) => Buffer | Promise<Buffer> {
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers[name as keyof typeof resolvers] })
  const known = new Map<string, Buffer>()
  const make = async (text: string): Promise<Buffer> => {
    const { query, variables, operationName } = JSON.parse(text)
    const result = await graphql({ schema, source: query, variableValues: variables, operationName })
    if (result.errors !== undefined) throw result.errors[0]
    const body = Buffer.from(JSON.stringify(result))
    const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: keep-alive\r\nkeep-alive: timeout=600\r\n\r\n`
    const answer = Buffer.concat([Buffer.from(head), body])
    known.set(text, answer)
    return answer
  }
  return (body) => {
    const text = body.toString('latin1')
    return known.get(text) ?? make(text)
  }
}
