import { createClient } from 'graphql-sse'
import { describe, expect, it } from 'vitest'
import { eventually, startGateway } from './start-gateway.ts'

const stream = (url: string, query: string, signal?: AbortSignal) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query }),
    ...(signal && { signal }),
  })

describe('server-sent events', () => {
  it.each(['/graphql/stream', '/graphql'])('carry subscriptions at %s', async (path) => {
    const gateway = await startGateway()
    const client = createClient({ url: gateway.origin + path, retryAttempts: 0 })
    const events = client.iterate({ query: 'subscription { numbers }' })
    const first = events.next()
    await eventually(() => expect(gateway.observed.events.listeners).toBe(1))
    gateway.observed.events.emit(5)
    expect((await first).value).toEqual({ data: { numbers: 5 } })
    await events.return?.(undefined)
    await eventually(() => expect(gateway.observed.events.listeners).toBe(0))
    client.dispose()
  })

  it('carry queries, and complete', async () => {
    const gateway = await startGateway()
    const text = await (await stream(`${gateway.origin}/graphql/stream`, '{ hello }')).text()
    expect(text).toContain('event: next\ndata: {"data":{"hello":"Hello, world!"}}')
    expect(text).toContain('event: complete')
  })

  it('mask errors and report invalid operations', async () => {
    const gateway = await startGateway()
    const broken = await (await stream(`${gateway.origin}/graphql/stream`, '{ broken }')).text()
    expect(broken).toContain('"code":"INTERNAL"')
    expect(broken).not.toContain('secrets')
    const invalid = await (await stream(`${gateway.origin}/graphql/stream`, '{ nothing }')).text()
    expect(invalid).toContain('GRAPHQL_VALIDATION_FAILED')
  })

  it('free the subscription when the client goes away', async () => {
    const gateway = await startGateway()
    const leaving = new AbortController()
    const response = await stream(`${gateway.origin}/graphql/stream`, 'subscription { numbers }', leaving.signal)
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(response.headers.get('cache-control')).toContain('no-')
    await eventually(() => expect(gateway.observed.events.listeners).toBe(1))
    leaving.abort()
    await eventually(() => expect(gateway.observed.events.listeners).toBe(0))
  })

  it('need a preflighted request, as every other', async () => {
    const gateway = await startGateway()
    const response = await fetch(`${gateway.origin}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'mutation { increment }' }),
    })
    expect(response.status).toBeGreaterThanOrEqual(400)
    const byGet = await fetch(
      `${gateway.origin}/graphql/stream?query=${encodeURIComponent('mutation { increment }')}`,
      {
        headers: { accept: 'text/event-stream' },
      },
    )
    await byGet.text()
    expect(await gateway.query('mutation { increment }')).toEqual({ data: { increment: 1 } })
  })
})
