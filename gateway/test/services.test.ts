import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLogger } from '@gigraph/shared/logging'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createGateway } from '../src/index.ts'
import { compose } from '../src/supergraph/compose.ts'
import { eventually, type ResultWithErrors } from './start-gateway.ts'

/** A service over HTTP that answers every operation alike; `null` never. */
const serve = async (data: object | null, port = 0) => {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      if (data !== null) response.setHeader('content-type', 'application/json').end(JSON.stringify({ data }))
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  onTestFinished(stop)
  return { port: (server.address() as AddressInfo).port, stop }
}

const start = async (ports: { readonly a: number; readonly b: number }, serviceTimeoutMs = 5_000) => {
  const composition = compose(
    Object.entries(ports).map(([name, port]) => ({
      name,
      url: `http://127.0.0.1:${port}/graphql`,
      sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9") type Query { ${name}: Int }`,
    })),
  )
  if (composition.errors) throw new Error(composition.errors.join('\n'))
  const gateway = await createGateway({
    supergraph: { sdl: composition.supergraphSdl },
    port: 0,
    serviceTimeoutMs,
    log: createLogger({ name: 'gateway', level: 'silent' }),
  })
  onTestFinished(() => gateway.close())
  return async (): Promise<ResultWithErrors> => {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ a b }' }),
    })
    return (await response.json()) as ResultWithErrors
  }
}

const without = (code: string) => ({ data: { a: 1, b: null }, errors: [{ extensions: { code } }] })

describe('a service over HTTP', () => {
  it('that is down at start, or dies later, costs its own fields only, and is found again', async () => {
    const a = await serve({ a: 1 })
    const before = await serve({ b: 2 })
    await before.stop()
    const ask = await start({ a: a.port, b: before.port })
    expect(await ask()).toMatchObject(without('SERVICE_UNAVAILABLE'))
    const later = await serve({ b: 2 }, before.port)
    await eventually(async () => expect(await ask()).toEqual({ data: { a: 1, b: 2 } }))
    await later.stop()
    expect(await ask()).toMatchObject(without('SERVICE_UNAVAILABLE'))
  })

  it('that does not answer costs its timeout and its own fields only', async () => {
    const a = await serve({ a: 1 })
    const silent = await serve(null)
    const ask = await start({ a: a.port, b: silent.port }, 300)
    expect(await ask()).toMatchObject(without('SERVICE_TIMEOUT'))
  })
})
