import { ApolloClient, ApolloLink, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { Defer20220824Handler } from '@apollo/client/incremental'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eventually, startGateway, type TestGateway } from './start-gateway.ts'

const ACCEPT = { accept: 'multipart/mixed;deferSpec=20220824, application/json' }

/** The parts of an answer as they come, by the rules of RFC 2046: everything between two delimiters. */
async function* partsOf(response: Response): AsyncGenerator<Record<string, unknown>> {
  const decoder = new TextDecoder()
  let text = '\r\n'
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    const pieces = text.split('\r\n---')
    text = pieces.pop() ?? ''
    for (const piece of pieces) {
      const [head, body] = piece.split('\r\n\r\n')
      if (body === undefined) continue
      expect(head).toContain('content-type: application/json')
      yield JSON.parse(body) as Record<string, unknown>
    }
    if (text.startsWith('--')) return
  }
  expect.fail('the answer has no end')
}

const QUERY = '{ hello ... @defer(label: "later") { slow } }'

describe('deferred parts over HTTP', () => {
  it('come one by one, the first before the others are there', async () => {
    const gateway = await startGateway()
    const response = await gateway.post({ query: QUERY }, ACCEPT)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('multipart/mixed; boundary="-"; deferSpec=20220824')
    const parts = partsOf(response)
    expect((await parts.next()).value).toEqual({ data: { hello: 'Hello, world!' }, hasNext: true })
    await eventually(() => expect(gateway.observed.waiting).toBe(1))
    gateway.observed.release()
    expect((await parts.next()).value).toEqual({
      incremental: [{ label: 'later', path: [], data: { slow: 'at last' } }],
      hasNext: false,
    })
    expect((await parts.next()).done).toBe(true)
  })

  it('are in the one answer of a client that does not ask for parts', async () => {
    const gateway = await startGateway()
    for (const accept of ['application/json', '*/*', 'multipart/mixed;deferSpec=20990101, application/json']) {
      const response = await gateway.post({ query: '{ hello ... @defer { counted } }' }, { accept })
      expect(response.headers.get('content-type')).toContain('application/json')
      expect(await response.json()).toEqual({ data: { hello: 'Hello, world!', counted: expect.any(Number) } })
    }
  })

  it('are not made of an answer without them, nor of a refused operation', async () => {
    const gateway = await startGateway()
    for (const query of [
      '{ hello }',
      '{ nothing ... @defer { hello } }',
      '{ hello ... @defer(if: false) { counted } }',
    ]) {
      const response = await gateway.post({ query }, ACCEPT)
      expect(response.headers.get('content-type')).toContain('application/json')
      expect(await response.json()).not.toHaveProperty('hasNext')
    }
    const only = await gateway.post({ query: '{ hello }' }, { accept: 'multipart/mixed;deferSpec=20220824' })
    expect(await only.json()).toEqual({ data: { hello: 'Hello, world!' } })
  })

  it('have their errors masked', async () => {
    const gateway = await startGateway()
    const response = await gateway.post({ query: '{ hello ... @defer { broken refused } }' }, ACCEPT)
    const [, later] = await Array.fromAsync(partsOf(response))
    expect(JSON.stringify(later)).not.toContain('secrets')
    expect(later).toMatchObject({
      incremental: [
        {
          data: { broken: null, refused: null },
          errors: [
            { path: ['broken'], extensions: { code: 'INTERNAL' } },
            { path: ['refused'], extensions: { code: 'FORBIDDEN' } },
          ],
        },
      ],
    })
  })

  it('are not made for a client that has gone', async () => {
    const gateway = await startGateway()
    const leaving = new AbortController()
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...ACCEPT },
      body: JSON.stringify({ query: '{ hello ... @defer { slow ... @defer { counted } } }' }),
      signal: leaving.signal,
    })
    await partsOf(response).next()
    await eventually(() => expect(gateway.observed.waiting).toBe(1))
    leaving.abort()
    await eventually(async () => expect(await requests(gateway)).toBe(1))
    gateway.observed.release()
    await gateway.query('{ hello }')
    expect(gateway.observed.counted).toBe(0)
  })

  it('end when time is up', async () => {
    const gateway = await startGateway({ limits: { requestTimeoutMs: 300 } })
    const parts = partsOf(await gateway.post({ query: '{ hello ... @defer { slow ... @defer { counted } } }' }, ACCEPT))
    await parts.next()
    await eventually(() => expect(gateway.observed.waiting).toBe(1))
    expect((await parts.next()).value).toEqual({
      incremental: [{ path: [], data: null, errors: [expect.objectContaining({ extensions: { code: 'TIMEOUT' } })] }],
      hasNext: false,
    })
    expect((await parts.next()).done).toBe(true)
  })
})

/** How many HTTP requests have come to their end. */
const requests = async ({ origin }: TestGateway): Promise<number> => {
  const metrics = await (await fetch(`${origin}/metrics`)).text()
  return Number(/gateway_request_seconds_count\{protocol="http",outcome="ok"\} (\d+)/.exec(metrics)?.[1] ?? 0)
}

describe('Apollo Client', () => {
  const connect = ({ url }: TestGateway) => {
    const client = new ApolloClient({
      cache: new InMemoryCache(),
      link: ApolloLink.from([new HttpLink({ uri: url })]),
      incrementalHandler: new Defer20220824Handler(),
    })
    onTestFinished(() => client.stop())
    return client
  }

  it('gets deferred parts into its cache', async () => {
    const gateway = await startGateway()
    const client = connect(gateway)
    const seen: unknown[] = []
    const query = gql`query Q { items(first: 2) { nodes { __typename ... on Item @defer(label: "n") { name } } } hello ... @defer { slow } }`
    const subscription = client.watchQuery({ query, fetchPolicy: 'network-only' }).subscribe(({ data, dataState }) => {
      seen.push([dataState, structuredClone(data)])
    })
    onTestFinished(() => subscription.unsubscribe())
    await eventually(() => expect(gateway.observed.waiting).toBe(1))
    await eventually(() =>
      expect(seen).toContainEqual(['streaming', expect.objectContaining({ hello: 'Hello, world!' })]),
    )
    gateway.observed.release()
    await eventually(() => expect(seen.at(-1)).toMatchObject(['complete', { slow: 'at last' }]))
    expect(client.readQuery({ query })).toMatchObject({
      items: { nodes: [{ name: 'item 0' }, { name: 'item 1' }] },
      hello: 'Hello, world!',
      slow: 'at last',
    })
  })

  it('hears of errors in deferred parts', async () => {
    const client = connect(await startGateway())
    const { error } = await client.query({ query: gql`query Q { hello ... @defer { refused } }`, errorPolicy: 'all' })
    expect(error).toBeInstanceOf(CombinedGraphQLErrors)
    expect((error as CombinedGraphQLErrors).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' }, path: ['refused'] },
    ])
  })
})
