import { describe, expect, it } from 'vitest'
import { readCostModel } from '../src/protect/cost-model.ts'
import type { RateLimitedOperation, RateLimiter } from '../src/protect/rate-limiter.ts'
import { sha256 } from '../src/protect/trusted-documents.ts'
import { startGateway, type TestGateway } from './start-gateway.ts'

const codeOf = async (gateway: TestGateway, query: string, more: object = {}) => {
  const { errors, data } = await gateway.query(query, {}, more)
  return errors ? errors[0]?.extensions.code : data
}

describe('limits', () => {
  it.each([
    [
      'depth',
      { maxDepth: 4 },
      '{ items { nodes { parent { name } } } }',
      '{ items { nodes { parent { parent { name } } } } }',
    ],
    ['aliases', { maxAliases: 2 }, '{ a: hello b: hello }', '{ a: hello b: hello c: hello }'],
    [
      'root fields',
      { maxRootFields: 2 },
      '{ hello counted }',
      'query { ...F } fragment F on Query { hello counted broken }',
    ],
    [
      'directives',
      { maxDirectives: 1 },
      '{ hello @skip(if: false) }',
      '{ hello @skip(if: false) counted @skip(if: false) }',
    ],
  ])('%s are counted', async (_what, limits, allowed, refused) => {
    const gateway = await startGateway({ limits })
    expect(await codeOf(gateway, allowed)).toBeTypeOf('object')
    const { errors } = await gateway.query(refused)
    const [name] = Object.keys(limits)
    expect(errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'GRAPHQL_VALIDATION_FAILED', limit: expect.objectContaining({ name }) },
    ])
  })

  it('tokens are counted while parsing', async () => {
    const gateway = await startGateway({ limits: { maxTokens: 20 } })
    expect(await codeOf(gateway, `{ ${'hello '.repeat(10)} }`)).toBeTypeOf('object')
    expect(await codeOf(gateway, `{ ${'hello '.repeat(30)} }`)).toBe('GRAPHQL_PARSE_FAILED')
  })

  it('fragments that double each other are counted without being expanded', async () => {
    const gateway = await startGateway({ production: true })
    const fragments = Array.from(
      { length: 40 },
      (_, index) => `fragment F${index} on Item { a: parent { ...F${index + 1} } b: parent { ...F${index + 1} } }`,
    )
    const query = `{ items { nodes { ...F0 } } } ${fragments.join(' ')} fragment F40 on Item { name }`
    const startedAt = performance.now()
    const { errors } = await gateway.query(query)
    expect(errors?.map(({ extensions }) => (extensions.limit as { name: string }).name)).toEqual([
      'maxDepth',
      'maxAliases',
    ])
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })

  it('fields that are selected again and again are refused before they are compared with each other', async () => {
    const gateway = await startGateway()
    const refused = { code: 'GRAPHQL_VALIDATION_FAILED', limit: { name: 'maxRepetitions', allowed: 100_000 } }
    const bodies = ['items { nodes { name } } '.repeat(2_000), '... { items { nodes { name } } } '.repeat(1_500)]
    for (const body of bodies) {
      const startedAt = performance.now()
      const { errors } = await gateway.query(`{ ${body} }`)
      expect(errors?.[0]?.extensions).toEqual(refused)
      expect(performance.now() - startedAt).toBeLessThan(1_000)
    }
    const spread = `fragment F on Query { items { nodes { name } } } { ${'...F ... { ...F } '.repeat(1_000)} }`
    expect(await codeOf(gateway, spread)).toBe('GRAPHQL_VALIDATION_FAILED')
    const byGet = await fetch(`${gateway.url}?query={${'hello '.repeat(1_000)}}`)
    expect(byGet.status).toBe(400)
    expect(await codeOf(gateway, `{ ${'hello '.repeat(300)} }`)).toEqual({ hello: 'Hello, world!' })
  })

  it('page sizes are limited, in literals and in variables', async () => {
    const gateway = await startGateway({ limits: { maxPageSize: 100 } })
    expect(await codeOf(gateway, '{ items(first: 100) { nodes { name } } }')).toBeTypeOf('object')
    expect(await codeOf(gateway, '{ items(first: 101) { nodes { name } } }')).toBe('BAD_USER_INPUT')
    const query = 'query ($first: Int) { items(first: $first) { nodes { name } } }'
    expect(await codeOf(gateway, query, { variables: { first: 101 } })).toBe('BAD_USER_INPUT')
    expect(await codeOf(gateway, query, { variables: { first: 1 } })).toBeTypeOf('object')
  })
})

describe('cost', () => {
  it('is told on request and capped', async () => {
    const gateway = await startGateway({ limits: { maxCost: 60 } })
    const nested = (first: number) => `{ items(first: ${first}) { nodes { name parent { name } } } }`
    // The connection, and for each of its items the item and its parent.
    const { extensions } = await gateway.query(nested(20), { 'graphql-cost': '1' })
    expect(extensions).toEqual({ cost: 41 })
    expect((await gateway.query(nested(20), {}, { extensions: { cost: true } })).extensions).toEqual({ cost: 41 })
    expect((await gateway.query(nested(20))).extensions).toBeUndefined()
    expect(await codeOf(gateway, nested(30))).toBe('OPERATION_TOO_EXPENSIVE')
    expect((await gateway.query('mutation { increment }', { 'graphql-cost': '1' })).extensions).toEqual({ cost: 10 })
  })

  it('is read from the supergraph under whatever name it is linked', () => {
    const model = readCostModel(`
      schema @link(url: "https://specs.apollo.dev/cost/v0.1", import: [{ name: "@cost", as: "@price" }, "@listSize"]) { query: Query }
      type Query {
        reports(ids: [ID!] @price(weight: 3)): [Report] @price(weight: 7) @listSize(slicingArguments: ["limit"], assumedSize: 4)
      }
      type Report @price(weight: 5) { id: ID }
    `)
    expect(Object.fromEntries(model.weights)).toEqual({ 'Query.reports': 7, 'Query.reports(ids)': 3, Report: 5 })
    expect(Object.fromEntries(model.listSizes)).toEqual({
      'Query.reports': { slicingArguments: ['limit'], assumedSize: 4 },
    })
  })
})

describe('rate limits', () => {
  /** Keeps its budgets in this process, which the gateway itself must not. */
  const limiterOf = (limit: number) => {
    const operations: RateLimitedOperation[] = []
    const limiter: RateLimiter = {
      async consume(operation) {
        operations.push(operation)
        const used = operations.reduce((sum, { cost }) => sum + cost, 0)
        return { allowed: used <= limit, limit, remaining: Math.max(0, limit - used), resetSeconds: 30 }
      },
    }
    return { limiter, operations }
  }

  it('are paid by cost, told in headers and answered with 429', async () => {
    const { limiter, operations } = limiterOf(3)
    const gateway = await startGateway({ rateLimiter: limiter })
    const first = await gateway.post({ query: '{ items(first: 1) { nodes { name } } }' })
    expect(first.headers.get('ratelimit')).toBe('limit=3, remaining=1, reset=30')
    const second = await gateway.post({ query: '{ items(first: 1) { nodes { name } } }' })
    expect(second.status).toBe(429)
    expect(second.headers.get('retry-after')).toBe('30')
    expect(await second.json()).toMatchObject({
      errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 30 } }],
    })
    expect(operations[0]).toEqual({
      caller: 'address:127.0.0.1',
      address: '127.0.0.1',
      cost: 2,
      rootFields: ['items'],
      type: 'query',
    })
  })

  it.each([
    ['an event stream', 'text/event-stream'],
    ['parts', 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0, application/json'],
  ])('are told on %s, and refuse one with 429', async (_what, accept) => {
    const { limiter } = limiterOf(1)
    const gateway = await startGateway({ rateLimiter: limiter })
    const leaving = new AbortController()
    const subscribe = () =>
      fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept },
        body: JSON.stringify({ query: 'subscription { numbers }' }),
        signal: leaving.signal,
      })
    const first = await subscribe()
    expect([first.status, first.headers.get('ratelimit')]).toEqual([200, 'limit=1, remaining=0, reset=30'])
    const second = await subscribe()
    expect([second.status, second.headers.get('ratelimit')]).toEqual([429, 'limit=1, remaining=0, reset=30'])
    expect(second.headers.get('retry-after')).toBe('30')
    expect(await second.json()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] })
    leaving.abort()
  })

  it('know an IPv6 client by its network, in which it has as many addresses as it likes', async () => {
    const { limiter, operations } = limiterOf(1_000)
    const gateway = await startGateway({ rateLimiter: limiter, trustProxy: true })
    for (const address of ['2001:db8:1:2::7', '2001:db8:1:2:ffff::8'])
      await gateway.query('{ hello }', { 'x-forwarded-for': address })
    const { caller, address } = operations[0] ?? {}
    expect([caller, address]).toEqual(['address:2001:db8:1:2::/64', '2001:db8:1:2::/64'])
    expect(operations[1]?.caller).toBe(caller)
  })

  it('see every use of a root field, in aliases and fragments', async () => {
    const { limiter, operations } = limiterOf(1_000)
    const gateway = await startGateway({ rateLimiter: limiter })
    await gateway.query('mutation { a: login ...F } fragment F on Mutation { b: login ... on Mutation { c: login } }')
    expect(operations[0]?.rootFields).toEqual(['login', 'login', 'login'])
  })

  it('do not stop the graph when their store is out of reach', async () => {
    const gateway = await startGateway({ rateLimiter: { consume: () => Promise.reject(new Error('no store')) } })
    expect(await gateway.query('{ hello }')).toEqual({ data: { hello: 'Hello, world!' } })
  })
})

describe('trusted documents', () => {
  const document = '{ hello }'
  const manifest = { [sha256(document)]: document }

  it('are the only ones that run in mode "only"', async () => {
    const gateway = await startGateway({ trustedDocuments: { manifest, mode: 'only' } })
    expect(await codeOf(gateway, document)).toEqual({ hello: 'Hello, world!' })
    const refused = await gateway.post({ query: '{ counted }' })
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_IN_LIST' } }] })
    const probing = await gateway.post({ query: '{ helo }' })
    expect(probing.status).toBe(403)
    expect(await probing.text()).not.toContain('helo')
    const byHash = await gateway.post({ extensions: { persistedQuery: { version: 1, sha256Hash: sha256(document) } } })
    expect(await byHash.json()).toEqual({ data: { hello: 'Hello, world!' } })
  })

  it('do not keep others out in mode "log"', async () => {
    const gateway = await startGateway({ trustedDocuments: { manifest, mode: 'log' } })
    expect(await codeOf(gateway, '{ counted }')).toEqual({ counted: 1 })
    const metrics = await (await fetch(`${gateway.origin}/metrics`)).text()
    expect(metrics).toContain('gateway_rejections_total{reason="untrusted_document"} 1')
  })

  it('must have the hashes that they are listed under', async () => {
    await expect(startGateway({ trustedDocuments: { manifest: { abc: document }, mode: 'only' } })).rejects.toThrow(
      'abc',
    )
  })
})
