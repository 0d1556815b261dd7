import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLogger } from '@gigraph/shared/logging'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createGateway } from '../src/index.ts'
import { compose } from '../src/supergraph/compose.ts'
import { eventually, type ResultWithErrors } from './start-gateway.ts'

/** A service over HTTP that answers every operation alike; `null` never. */
const serve = (data: object | null, port = 0) => serveText(data && JSON.stringify({ data }), port)

const serveText = async (text: string | null, port = 0) => {
  let answer = { text, status: 200 }
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      const { text: body, status } = answer
      if (body !== null) response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  onTestFinished(stop)
  return {
    port: (server.address() as AddressInfo).port,
    stop,
    answer: (body: string, status: number) => {
      answer = { text: body, status }
    },
  }
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

const without = (code: string) => ({ data: { a: 1, b: null }, errors: [{ path: ['b'], extensions: { code } }] })

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

  it('that answers with anything but a response costs its own fields only', async () => {
    const a = await serve({ a: 1 })
    const b = await serveText('{"data":{"b":2}}')
    const ask = await start({ a: a.port, b: b.port })
    expect(await ask()).toEqual({ data: { a: 1, b: 2 } })
    for (const [status, text, code] of [
      [500, '<h1>Internal Server Error</h1>', 'INVALID_SUBGRAPH_RESPONSE'],
      [200, '<h1>Hello</h1>', 'INVALID_SUBGRAPH_RESPONSE'],
      [200, '', 'INVALID_SUBGRAPH_RESPONSE'],
      [200, '{"data":{"b":', 'INVALID_SUBGRAPH_RESPONSE'],
      [200, '[{"data":{"b":2}}]', 'INVALID_SUBGRAPH_RESPONSE'],
      [200, 'null', 'INVALID_SUBGRAPH_RESPONSE'],
      [200, '{"data":"b"}', 'INVALID_SUBGRAPH_RESPONSE'],
      [200, '{"data":null,"errors":{"message":7}}', 'INTERNAL'],
      [403, '{"errors":[{"message":"No.","extensions":{"code":"FORBIDDEN"}}]}', 'FORBIDDEN'],
    ] as const) {
      b.answer(text, status)
      expect(await ask(), text).toMatchObject(without(code))
    }
  })
})
