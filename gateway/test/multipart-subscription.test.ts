import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eventually, startGateway, type TestGateway } from './start-gateway.ts'

const ACCEPT = 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0, application/json'

const subscribe = ({ url }: TestGateway, query: string, signal?: AbortSignal) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: ACCEPT },
    body: JSON.stringify({ query }),
    ...(signal && { signal }),
  })

/** Everything that was read of an answer so far; reading goes on until the end. */
const reading = ({ body }: Response) => {
  const read = { text: '', isOver: false }
  const all = async () => {
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) read.text += chunk
    read.isOver = true
  }
  return { read, ended: all() }
}

describe('subscriptions over multipart HTTP', () => {
  it('carry results to Apollo Client, and are freed when it unsubscribes', async () => {
    const gateway = await startGateway()
    const client = new ApolloClient({ cache: new InMemoryCache(), link: new HttpLink({ uri: gateway.url }) })
    onTestFinished(() => client.stop())
    const seen: unknown[] = []
    const subscription = client
      .subscribe({ query: gql`subscription { numbers }` })
      .subscribe(({ data }) => seen.push(data))
    await eventually(() => expect(gateway.observed.events.listeners).toBe(1))
    gateway.observed.events.emit(1)
    await eventually(() => expect(seen).toEqual([{ numbers: 1 }]))
    gateway.observed.events.emit(2)
    await eventually(() => expect(seen).toEqual([{ numbers: 1 }, { numbers: 2 }]))
    subscription.unsubscribe()
    await eventually(() => expect(gateway.observed.events.listeners).toBe(0))
  })

  it('beat while nothing happens, and end when the gateway closes', { timeout: 30_000 }, async () => {
    const gateway = await startGateway()
    const response = await subscribe(gateway, 'subscription { numbers }')
    expect(response.headers.get('content-type')).toBe('multipart/mixed; boundary="graphql"; subscriptionSpec=1.0')
    const { read, ended } = reading(response)
    await eventually(() =>
      expect(read.text).toBe('\r\n--graphql\r\ncontent-type: application/json; charset=utf-8\r\n\r\n{}\r\n--graphql'),
    )
    const cut = expect(ended).rejects.toThrow()
    await gateway.close()
    await cut
    expect(gateway.observed.events.listeners).toBe(0)
  })

  it('mask errors of events', async () => {
    const gateway = await startGateway()
    const { read, ended } = reading(await subscribe(gateway, 'subscription { faulty }'))
    await eventually(() => expect(gateway.observed.events.listeners).toBe(1))
    gateway.observed.events.emit(1)
    await eventually(() => expect(read.text).toContain('"payload":{'))
    expect(read.text).toContain('"code":"INTERNAL"')
    expect(read.text).not.toContain('hunter2')
    const cut = expect(ended).rejects.toThrow()
    await gateway.close()
    await cut
  })

  it('are freed when the client goes away', async () => {
    const gateway = await startGateway()
    const leaving = new AbortController()
    await subscribe(gateway, 'subscription { numbers }', leaving.signal)
    await eventually(() => expect(gateway.observed.events.listeners).toBe(1))
    leaving.abort()
    await eventually(() => expect(gateway.observed.events.listeners).toBe(0))
  })

  it('leave queries and refusals to ordinary answers', async () => {
    const gateway = await startGateway()
    const query = await subscribe(gateway, '{ hello }')
    expect(query.headers.get('content-type')).toContain('application/json')
    expect(await query.json()).toEqual({ data: { hello: 'Hello, world!' } })
    const invalid = await subscribe(gateway, 'subscription { nothing }')
    expect(await invalid.json()).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] })
    const plain = await gateway.post({ query: 'subscription { numbers }' })
    expect(plain.status).toBe(406)
    const byGet = await fetch(`${gateway.url}?query=${encodeURIComponent('subscription { numbers }')}`, {
      headers: { accept: ACCEPT, 'apollo-require-preflight': '1' },
    })
    expect(byGet.status).toBeGreaterThanOrEqual(400)
    expect(gateway.observed.events.listeners).toBe(0)
  })
})
