import type { FastifyInstance } from 'fastify'

/** The name in a Host header, without its port. */
const nameOf = (host: string): string | undefined => URL.parse(`http://${host}`)?.hostname

const isThisMachine = (name: string): boolean =>
  name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name)

/**
 * Answers 421 (RFC 9110, section 15.5.20) to requests for any host but this machine and those named. What listens on loopback
 * without a login is else open to every page that a browser shows: its owner lets the page's own name point to 127.0.0.1
 * (DNS rebinding), and the browser takes the answers for the page's own.
 *
 * @param more hosts under which it is meant to be reached besides, as in a URL
 */
export const refuseOtherHosts = (web: FastifyInstance, ...more: readonly string[]): void => {
  const known = new Set(more.map(nameOf))
  web.addHook('onRequest', async ({ headers }, reply) => {
    const name = nameOf(headers.host ?? '')
    if (name !== undefined && (isThisMachine(name) || known.has(name))) return
    return reply.code(421).type('text/plain; charset=utf-8').send('This is only for http://localhost and 127.0.0.1.\n')
  })
}
