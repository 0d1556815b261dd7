import { connect, createServer, type Socket } from 'node:net'

/** A TCP proxy in front of a server, for faults that a server cannot produce itself. */
export interface FaultyProxy {
  /** The same database through the proxy. */
  readonly url: string
  /** From now on bytes vanish in both directions and nothing is closed, as when a cable is pulled. */
  freeze(): void
  /** The answer to the next statement that contains the text is lost: the statement arrives, then the connection resets. */
  loseAnswerTo(text: string): void
  close(): Promise<void>
}

/** Puts a proxy on a free loopback port in front of the server of `url`. */
export const startFaultyProxy = async (url: string): Promise<FaultyProxy> => {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  let frozen = false
  let fatalText: string | undefined

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    let answersLost = false
    client.on('data', (bytes) => {
      if (frozen) return
      if (fatalText !== undefined && bytes.includes(fatalText)) {
        fatalText = undefined
        answersLost = true
      }
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      if (answersLost) client.resetAndDestroy()
      else if (!frozen) client.write(bytes)
    })
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        if (!frozen) other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const proxied = new URL(url)
  proxied.port = String(typeof address === 'object' ? address?.port : address)
  return {
    url: proxied.href,
    freeze: () => {
      frozen = true
    },
    loseAnswerTo: (text) => {
      fatalText = text
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
