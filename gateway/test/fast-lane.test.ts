import { describe, expect, it } from 'vitest'
import type { GatewayOptions } from '../src/index.ts'
import { sha256 } from '../src/protect/trusted-documents.ts'
import { eventually, startGateway, type TestGateway } from './start-gateway.ts'

/** Everything of an answer that is not the request's own. */
const seen = async (response: Response) => {
  const headers = Object.fromEntries(response.headers)
  for (const own of ['date', 'x-request-id']) delete headers[own]
  const text = (await response.text()).replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, 'ID')
  return { status: response.status, headers, text }
}

type Ask = readonly [body: object, headers?: Record<string, string>]

/** The answers to the same request: the first goes the long way, the second may go the short one. */
const twice = async (gateway: TestGateway, [body, headers]: Ask) => [
  await seen(await gateway.post(body, headers)),
  await seen(await gateway.post(body, headers)),
]

const ITEMS = 'query Items($first: Int = 1) { items(first: $first) { nodes { name } } }'

const ASKS: Readonly<Record<string, Ask>> = {
  'a query': [{ query: '{ hello }' }],
  'variables and a name': [{ query: ITEMS, operationName: 'Items', variables: { first: 2 } }],
  'null for what is optional': [{ query: ITEMS, operationName: null, variables: null, extensions: null }],
  'one of several operations': [{ query: 'query A { hello } query B { a: hello }', operationName: 'B' }],
  'an operation that is not there': [{ query: 'query A { hello } query B { hello }', operationName: 'C' }],
  'no operation named': [{ query: 'query A { hello } query B { hello }' }],
  'variables that do not fit': [{ query: ITEMS, variables: { first: 'many' } }],
  'variables that are no object': [{ query: '{ hello }', variables: 'x' }],
  'an operation name that is no text': [{ query: '{ hello }', operationName: 1 }],
  'an error of a service': [{ query: '{ hello refused }' }],
  'a defect of a service': [{ query: '{ hello broken }' }],
  'the other content type': [{ query: '{ hello }' }, { accept: 'application/graphql-response+json' }],
  'errors in the other content type': [
    { query: ITEMS, variables: { first: {} } },
    { accept: 'application/graphql-response+json' },
  ],
  'a choice of content types': [
    { query: '{ hello }' },
    { accept: 'application/graphql-response+json;q=0.9, application/json' },
  ],
  'a content type that we do not have': [{ query: '{ hello }' }, { accept: 'text/plain' }],
  'its cost': [{ query: ITEMS }, { 'graphql-cost': '1' }],
  'its cost in extensions': [{ query: ITEMS, extensions: { cost: true } }],
  'a page from elsewhere': [{ query: '{ hello }' }, { origin: 'https://app.example' }],
}

describe('the short way for queries that are known', () => {
  it.each(Object.entries(ASKS))('answers %s as the long way does', async (_, ask) => {
    const gateway = await startGateway({ origins: ['https://app.example'] })
    // Content type and document may be known from other requests, which is when the short way is taken.
    await gateway.post({ query: '{ counted }' }, ask[1])
    const [long, short] = await twice(gateway, ask)
    expect(short).toEqual(long)
  })

  it('is taken for queries, each of which a service answers anew', async () => {
    const gateway = await startGateway()
    const answers = []
    for (let i = 0; i < 3; i++) answers.push(await gateway.query('{ counted }'))
    expect(answers.map(({ data }) => data?.counted)).toEqual([1, 2, 3])
  })

  it('is never taken for mutations', async () => {
    const gateway = await startGateway()
    for (const sum of [1, 2, 3])
      expect(await gateway.query('mutation { increment }')).toEqual({ data: { increment: sum } })
  })

  it('checks a budget, and answers its end, as the long way does', async () => {
    let left = 3
    const rateLimiter: GatewayOptions['rateLimiter'] = {
      consume: async () => ({ allowed: left-- > 0, limit: 3, remaining: Math.max(0, left), resetSeconds: 7 }),
    }
    const gateway = await startGateway({ rateLimiter: rateLimiter as NonNullable<typeof rateLimiter> })
    const answers = []
    for (let i = 0; i < 5; i++) answers.push(await seen(await gateway.post({ query: '{ hello }' })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429])
    expect(answers.map(({ headers }) => headers.ratelimit)).toEqual(
      [2, 1, 0, 0, 0].map((remaining) => `limit=3, remaining=${remaining}, reset=7`),
    )
    expect(JSON.parse(answers[4]?.text ?? '')).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] })
  })

  it('refuses by cost, by trusted documents and at the deadline as the long way does', async () => {
    const dear = await startGateway({ limits: { maxCost: 20 } })
    const ask = (first: number) => dear.post({ query: ITEMS, variables: { first } })
    expect((await ask(2)).status).toBe(200)
    const refused = await ask(50)
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'OPERATION_TOO_EXPENSIVE' } }] })

    const trusting = await startGateway({
      trustedDocuments: { manifest: { [sha256('{ hello }')]: '{ hello }' }, mode: 'only' },
    })
    for (let i = 0; i < 2; i++) {
      expect((await trusting.post({ query: '{ hello }' })).status).toBe(200)
      expect((await trusting.post({ query: '{ counted }' })).status).toBe(403)
    }

    const hasty = await startGateway({ limits: { requestTimeoutMs: 300 } })
    for (let i = 0; i < 2; i++) {
      const [slow] = await Promise.all([
        hasty.post({ query: 'query Slow($a: Boolean!) { slow @include(if: $a) hello }', variables: { a: i === 1 } }),
      ])
      expect(slow.status).toBe(i === 1 ? 504 : 200)
    }
  })

  it('forgets what it knew when the supergraph changes', async () => {
    const { SDL } = await import('./start-gateway.ts')
    const { composeSupergraph } = await import('../src/execute/testing/federated-graph.ts')
    const gateway = await startGateway()
    for (let i = 0; i < 2; i++) expect(await gateway.query('{ big }')).toHaveProperty('data.big')
    gateway.update(composeSupergraph({ things: { sdl: SDL.replace('big: String', ''), resolvers: {} } }))
    await eventually(async () => {
      const { errors } = await gateway.query('{ big }')
      expect(errors?.[0]?.message).toMatch(/Cannot query field "big"/)
    })
  })
})
