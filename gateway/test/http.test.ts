import { request as httpRequest } from 'node:http'
import { Writable } from 'node:stream'
import { serverAudits } from 'graphql-http'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { composeSupergraph } from '../src/execute/testing/federated-graph.ts'
import { eventually, type LogLine, startGateway, type TestGateway } from './start-gateway.ts'

/** GET as `fetch` cannot: it would add headers of its own. */
const get = (url: string, headers: Record<string, string>): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const request = httpRequest(url, { headers }, (response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    request.on('error', reject).end()
  })

const openRequests = async ({ origin }: TestGateway): Promise<number> => {
  const metrics = await (await fetch(`${origin}/metrics`)).text()
  return Number(/^gateway_requests_in_flight (\d+)$/m.exec(metrics)?.[1])
}

describe('GraphQL over HTTP', () => {
  it('answers queries and mutations', async () => {
    const gateway = await startGateway()
    expect(await gateway.query('{ hello(name: "Ada") }')).toEqual({ data: { hello: 'Hello, Ada!' } })
    expect(await gateway.query('mutation { increment }')).toEqual({ data: { increment: 1 } })
  })

  it('passes the audits of the GraphQL over HTTP specification', async () => {
    const gateway = await startGateway()
    const results = await Promise.all(serverAudits({ url: gateway.url, fetchFn: fetch }).map((audit) => audit.fn()))
    // Errors are what a server MUST, warnings what it SHOULD, notices what it MAY do: all of it is done.
    const failed = results.filter(({ status }) => status !== 'ok')
    expect(failed.map((result) => `${result.status}: ${result.name}`)).toEqual([])
    for (const word of ['MUST', 'SHOULD', 'MAY']) expect(results.some(({ name }) => name.startsWith(word))).toBe(true)
    expect(results.length).toBeGreaterThanOrEqual(60)
  })

  it('answers 406 to a subscription without a stream to put it in', async () => {
    const gateway = await startGateway()
    const response = await gateway.post({ query: 'subscription { numbers }' })
    expect(response.status).toBe(406)
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] })
  })

  it('says which operation it does not know', async () => {
    const gateway = await startGateway()
    const result = await gateway.query('query A { hello } query B { hello }', {}, { operationName: 'C' })
    expect(result.errors).toMatchObject([{ message: 'Unknown operation named "C".' }])
  })

  it('keeps persisted queries by hash', async () => {
    const gateway = await startGateway()
    const query = '{ hello }'
    const sha256Hash = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(query))).toString('hex')
    const extensions = { persistedQuery: { version: 1, sha256Hash } }
    const unknown = await (await gateway.post({ extensions })).json()
    expect(unknown).toMatchObject({ errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] })
    await gateway.post({ query, extensions })
    expect(await (await gateway.post({ extensions })).json()).toEqual({ data: { hello: 'Hello, world!' } })
  })

  it('executes identical queries in flight once, and mutations each', async () => {
    const gateway = await startGateway()
    const answers = Array.from({ length: 5 }, () => gateway.query('{ slow }'))
    await eventually(() => expect(gateway.observed.waiting).toBe(1))
    const other = gateway.query('query { slow }')
    await eventually(() => expect(gateway.observed.waiting).toBe(2))
    gateway.observed.release()
    expect(await Promise.all(answers)).toEqual(answers.map(() => ({ data: { slow: 'at last' } })))
    expect(await other).toEqual({ data: { slow: 'at last' } })
    const sums = await Promise.all(Array.from({ length: 5 }, () => gateway.query('mutation { increment }')))
    expect(sums.map(({ data }) => data?.increment).sort()).toEqual([1, 2, 3, 4, 5])
  })

  it('does not share between callers', async () => {
    const gateway = await startGateway()
    const answers = ['a', 'b', 'c'].map((authorization) => gateway.query('{ slow }', { authorization }))
    await eventually(() => expect(gateway.observed.waiting).toBe(3))
    gateway.observed.release()
    await Promise.all(answers)
  })

  it('goes on with a shared execution when the one who began it leaves', async () => {
    const gateway = await startGateway()
    const leaving = new AbortController()
    const headers = { 'content-type': 'application/json', 'user-agent': 'node' }
    const body = JSON.stringify({ query: '{ slow }' })
    const first = fetch(gateway.url, { method: 'POST', headers, body, signal: leaving.signal })
    first.catch(() => {})
    await eventually(() => expect(gateway.observed.waiting).toBe(1))
    const second = gateway.query('{ slow }', headers)
    await eventually(async () => expect(await openRequests(gateway)).toBe(2))
    leaving.abort()
    await eventually(async () => expect(await openRequests(gateway)).toBe(1))
    gateway.observed.release()
    expect(await second).toEqual({ data: { slow: 'at last' } })
  })
})

describe('HTTP protection', () => {
  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'refuses a cross-site request with content type %s',
    async (type) => {
      const gateway = await startGateway()
      const response = await gateway.post({ query: 'mutation { increment }' }, { 'content-type': type })
      expect(response.status).toBe(400)
      expect(await gateway.query('mutation { increment }')).toEqual({ data: { increment: 1 } })
    },
  )

  it('answers queries by GET, but not to pages of other sites, and never mutations', async () => {
    const gateway = await startGateway()
    const url = (query: string) => `${gateway.url}?query=${encodeURIComponent(query)}`
    expect(JSON.parse((await get(url('{ hello }'), {})).body)).toEqual({ data: { hello: 'Hello, world!' } })
    for (const site of ['cross-site', 'same-site'])
      expect((await get(url('{ hello }'), { 'sec-fetch-site': site })).status).toBe(400)
    expect((await get(url('{ hello }'), { origin: 'https://evil.test' })).status).toBe(400)
    const preflighted = { 'apollo-require-preflight': 'yes', 'sec-fetch-site': 'cross-site' }
    expect((await get(url('{ hello }'), preflighted)).status).toBe(200)
    for (const headers of [{}, preflighted])
      expect((await get(url('mutation { increment }'), headers)).status).toBe(405)
    expect(await gateway.query('mutation { increment }')).toEqual({ data: { increment: 1 } })
  })

  it('refuses batches', async () => {
    const gateway = await startGateway()
    expect((await gateway.post([{ query: '{ hello }' }, { query: '{ hello }' }])).status).toBe(400)
  })

  it('refuses a body over 1 MB, and one that is not JSON', async () => {
    const gateway = await startGateway()
    const large = await gateway.post({ query: '{ hello }', variables: { padding: 'x'.repeat(1_048_576) } })
    expect(large.status).toBe(413)
    expect(await large.json()).toMatchObject({ errors: [{ extensions: { code: 'REQUEST_TOO_LARGE' } }] })
    const broken = await gateway.post('{"query":')
    expect(broken.status).toBe(400)
    expect(await broken.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] })
  })

  it('tells a client nothing of a defect but the request id, and the log everything', async () => {
    const lines: LogLine[] = []
    const sink = new Writable({
      write(chunk, _encoding, done) {
        lines.push(JSON.parse(String(chunk)) as LogLine)
        done()
      },
    })
    const gateway = await startGateway({ log: pino({ level: 'info' }, sink) })
    const response = await gateway.post({ query: '{ broken hello }' }, { 'x-request-id': 'request-0007' })
    expect(response.headers.get('x-request-id')).toBe('request-0007')
    const text = await response.text()
    expect(JSON.parse(text)).toEqual({
      data: { broken: null, hello: 'Hello, world!' },
      errors: [
        {
          message: 'Something went wrong on our side.',
          path: ['broken'],
          extensions: { code: 'INTERNAL', requestId: 'request-0007' },
        },
      ],
    })
    await eventually(() =>
      expect(lines.filter(({ requestId }) => requestId === 'request-0007').length).toBeGreaterThan(1),
    )
    expect(JSON.stringify(lines)).toContain('secrets')
  })

  it('passes on an error with a code, but not the status that a service would like', async () => {
    const gateway = await startGateway()
    const response = await gateway.post({ query: '{ refused }' })
    expect(response.status).toBe(200)
    const { errors } = (await response.json()) as { errors: unknown[] }
    expect(errors).toMatchObject([{ message: 'You may not see this.', extensions: { code: 'FORBIDDEN' } }])
    expect(JSON.stringify(errors)).not.toContain('418')
  })

  it('replaces a request id that could be an injection', async () => {
    const gateway = await startGateway()
    const id = (await gateway.post({ query: '{ hello }' }, { 'x-request-id': 'a b"c' })).headers.get('x-request-id')
    expect(id).toMatch(/^[\da-f-]{36}$/)
  })

  it('sends security headers and forbids storing', async () => {
    const gateway = await startGateway()
    const { headers } = await gateway.post({ query: '{ hello }' })
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('x-powered-by')).toBeNull()
  })

  it('lets the answer to a GET be kept for as long as @cacheControl says, by nobody else when somebody has logged in', async () => {
    const sdl = `
      schema @link(url: "https://specs.test/cacheControl/v0.1", import: ["@cacheControl"]) @composeDirective(name: "@cacheControl") { query: Query }
      enum CacheControlScope { PUBLIC PRIVATE }
      directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
      type Query { kinds: [Kind] @cacheControl(maxAge: 60)  mine: Kind @cacheControl(scope: PRIVATE)  today: Int  broken: Int @cacheControl(maxAge: 60) }
      type Kind @cacheControl(maxAge: 30) { id: ID  name: String  parent: Kind  root: Kind @cacheControl(inheritMaxAge: true) }`
    const transport = {
      execute: async ({ query }: { query: string }) =>
        query.includes('broken')
          ? { data: { broken: null }, errors: [{ message: 'no' }] }
          : { data: { kinds: [{ id: '1' }] } },
      subscribe: () => {
        throw new Error('not subscribed here')
      },
      ping: async () => {},
      close: async () => {},
    }
    const gateway = await startGateway({
      supergraph: { sdl: composeSupergraph({ things: { sdl, resolvers: {} } }) },
      services: { things: { transport } },
    })
    const policy = async (query: string, headers: Record<string, string> = {}) =>
      (await fetch(`${gateway.url}?query=${encodeURIComponent(query)}`, { headers })).headers.get('cache-control')
    expect(await policy('{ kinds { id name __typename } }')).toBe('max-age=60, public')
    expect(await policy('{ kinds { parent { id } } }')).toBe('max-age=30, public')
    expect(await policy('{ kinds { root { id } } }')).toBe('max-age=30, public')
    expect(await policy('{ kinds { ...F } today } fragment F on Kind { id }')).toBe('no-store')
    expect(await policy('{ mine { id } }')).toBe('max-age=30, private')
    expect(await policy('{ kinds { id } }', { authorization: 'Bearer x' })).toBe('max-age=60, private')
    expect(await policy('{ kinds { id } broken }')).toBe('no-store')
    expect(await policy('{ kinds { id } __schema { description } }')).toBe('no-store')
    expect((await gateway.post({ query: '{ kinds { id } }' })).headers.get('cache-control')).toBe('no-store')
    const { headers } = await fetch(`${gateway.url}?query={kinds{id}}`)
    expect(headers.get('vary')).toContain('authorization')
  })

  it('lets pages of listed origins call', async () => {
    const gateway = await startGateway({ origins: ['https://app.test'] })
    const preflight = (origin: string) =>
      fetch(gateway.url, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      })
    expect((await preflight('https://app.test')).headers.get('access-control-allow-origin')).toBe('https://app.test')
    expect((await preflight('https://evil.test')).headers.get('access-control-allow-origin')).not.toBe(
      'https://evil.test',
    )
  })

  it('hides the schema in production', async () => {
    const gateway = await startGateway({ production: true })
    expect((await gateway.query('{ __schema { types { name } } }')).data).toBeUndefined()
    const { errors } = await gateway.query('{ helo }')
    expect(errors?.[0]?.message).toContain('Cannot query field "helo"')
    expect(errors?.[0]?.message).not.toContain('hello')
    const page = await fetch(gateway.url, { headers: { accept: 'text/html' } })
    expect(page.headers.get('content-type')).not.toContain('text/html')
  })

  it('gives up an operation at its deadline', async () => {
    const gateway = await startGateway({ limits: { requestTimeoutMs: 200 } })
    const response = await gateway.post({ query: '{ slow }' })
    expect(response.status).toBe(504)
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'TIMEOUT' } }] })
    const mutation = await gateway.post({ query: 'mutation { linger }' })
    expect(mutation.status).toBe(504)
    // Nobody waits for it any more; it ends all the same.
    gateway.observed.release()
    await eventually(async () => {
      const { data } = await gateway.query('mutation { increment(by: 0) }')
      expect(data).toEqual({ increment: 100 })
    })
  })
})
