import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import fastify, { type FastifyInstance } from 'fastify'
import { z } from 'zod'
import { refuseOtherHosts } from '../hosts/index.ts'
import type { MessageStore } from './store.ts'

/** The page may talk to its own origin only. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** A mail runs no script, loads nothing, and its links open in a tab of their own. */
export const MAIL_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; frame-ancestors 'self'"

const ASSETS = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
} as const

const Filter = z.object({ to: z.string().optional(), subject: z.string().optional(), after: z.string().optional() })
const ListQuery = Filter.extend({ limit: z.coerce.number().int().min(1).max(1_000).default(50) })
const WaitQuery = Filter.extend({ timeoutMs: z.coerce.number().int().min(1).max(60_000).default(10_000) })
const ById = z.object({ id: z.string() })

/**
 * The mailbox's page and API.
 *
 * - `GET /api/messages?to=&subject=&after=&limit=` newest first
 * - `GET /api/messages/wait?to=&subject=&after=&timeoutMs=` one mail as soon as it is there; 408 when none comes
 * - `GET /api/messages/:id`, `GET /api/messages/:id/html`, `DELETE /api/messages`
 * - `GET /api/events` server-sent: `message` with its id, `cleared`
 */
export const createWeb = async (store: MessageStore): Promise<FastifyInstance> => {
  const web = fastify({ forceCloseConnections: true })
  refuseOtherHosts(web)
  web.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
  })
  web.setErrorHandler((error, _request, reply) =>
    error instanceof z.ZodError ? reply.code(400).send({ error: z.prettifyError(error) }) : reply.send(error),
  )
  await addPage(web)
  addMessages(web, store)
  addEvents(web, store)
  return web
}

const addPage = async (web: FastifyInstance): Promise<void> => {
  for (const [path, [file, type]] of Object.entries(ASSETS)) {
    const content = await readFile(new URL(`./page/${file}`, import.meta.url))
    web.get(path, (_request, reply) => reply.header('content-security-policy', PAGE_POLICY).type(type).send(content))
  }
  web.get('/favicon.ico', (_request, reply) => reply.code(204).send())
}

const addMessages = (web: FastifyInstance, store: MessageStore): void => {
  web.get('/api/messages', (request, reply) => {
    const { limit, ...filter } = ListQuery.parse(request.query)
    return reply.send(store.list(filter, limit))
  })

  web.delete('/api/messages', async (_request, reply) => {
    await store.clear()
    return reply.code(204).send()
  })

  web.get('/api/messages/wait', async (request, reply) => {
    const { timeoutMs, ...filter } = WaitQuery.parse(request.query)
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    const message = await store.waitFor(filter, AbortSignal.any([gone.signal, AbortSignal.timeout(timeoutMs)]))
    return message ?? reply.code(408).send({ error: `no such mail within ${timeoutMs} ms` })
  })

  web.get('/api/messages/:id', (request, reply) => {
    const message = store.find(ById.parse(request.params).id)
    return message ? reply.send(message) : reply.code(404).send({ error: 'no such mail' })
  })

  web.get('/api/messages/:id/html', (request, reply) => {
    const message = store.find(ById.parse(request.params).id)
    if (!message) return reply.code(404).send({ error: 'no such mail' })
    reply.header('content-security-policy', MAIL_POLICY).type('text/html; charset=utf-8')
    return reply.send(`<!doctype html><base target="_blank">${message.html}`)
  })
}

const addEvents = (web: FastifyInstance, store: MessageStore): void => {
  const open = new Set<ServerResponse>()
  const send = (event: string, data: string) => {
    for (const response of open) response.write(`event: ${event}\ndata: ${data}\n\n`)
  }
  store.on('message', ({ id }) => send('message', id))
  store.on('cleared', () => send('cleared', ''))
  web.get('/api/events', (_request, reply) => {
    reply.hijack()
    const response = reply.raw
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write('retry: 1000\n\n')
    open.add(response)
    response.once('close', () => open.delete(response))
  })
  web.addHook('preClose', async () => {
    for (const response of open) response.end()
  })
}
