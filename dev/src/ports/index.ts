import { createServer } from 'node:net'

/** How many ports after the preferred one are tried before the system chooses. */
const NEIGHBOURS = 50

/** What a bind attempt may answer when the address family does not exist on this machine. */
const ABSENT_FAMILY = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'])

/**
 * A TCP port that nobody listens on: the preferred one, else one of the 50 after it, else any.
 * Both loopback addresses must be free, because browsers try `::1` first when told `localhost`.
 *
 * @param preferred the port to try first; 0 takes any free port
 * @param taken ports that the caller has given away already but that nobody listens on yet
 */
export const freePort = async (preferred = 0, taken: ReadonlySet<number> = new Set()): Promise<number> => {
  for (let port = preferred; preferred > 0 && port <= Math.min(preferred + NEIGHBOURS, 65_535); port += 1) {
    if (!taken.has(port) && (await isFree(port))) return port
  }
  for (;;) {
    const port = await bind(0, '127.0.0.1')
    if (port !== undefined && !taken.has(port)) return port
  }
}

/** Whether nobody listens on this port of either loopback address. */
export const isFree = async (port: number): Promise<boolean> =>
  (await bind(port, '127.0.0.1')) !== undefined && (await bind(port, '::1')) !== undefined

/** Binds and lets go at once: the port that was bound, or undefined when it is taken or not allowed. */
const bind = (port: number, host: string): Promise<number | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(ABSENT_FAMILY.has(error.code ?? '') ? port : undefined),
    )
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address()
      const bound = typeof address === 'object' && address ? address.port : undefined
      server.close(() => resolve(bound))
    })
  })
