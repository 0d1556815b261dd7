import { spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { childSpan, currentTraceId, enterSpan, isTracing, startTelemetry } from './index.ts'

const SHARE = { OTEL_TRACES_SAMPLER_ARG: 1 }
const silent = { warn: () => {} }

test('without an endpoint nothing of the SDK is loaded, and work runs as it is', async () => {
  const script = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ resolve(specifier, context, next) {
      if (specifier.startsWith('@opentelemetry/')) loaded.push(specifier)
      return next(specifier, context)
    } })
    const { startTelemetry } = await import(${JSON.stringify(import.meta.resolve('./index.ts'))})
    await startTelemetry({ OTEL_TRACES_SAMPLER_ARG: 1 }, console)
    const off = loaded.length
    await startTelemetry({ OTEL_TRACES_SAMPLER_ARG: 1, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }, console)
    console.log(JSON.stringify({ off, on: loaded.includes('@opentelemetry/sdk-trace') }))
    process.exit()`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  expect(JSON.parse(stdout)).toEqual({ off: 0, on: true })
  expect(isTracing()).toBe(false)
  expect(enterSpan('orders', { name: 'work' }, () => currentTraceId())).toBeUndefined()
})

test('spans reach an OTLP endpoint with its headers when the program ends', async () => {
  const received: { url: string | undefined; key: unknown; body: string }[] = []
  const collector = createServer(async (request, response) => {
    received.push({ url: request.url, key: request.headers['x-key'], body: await text(request) })
    response.setHeader('content-type', 'application/json').end('{}')
  })
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    collector.closeAllConnections()
    collector.close()
  })
  const telemetry = await startTelemetry(
    {
      ...SHARE,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20key',
    },
    silent,
  )
  const failing = enterSpan('orders', { name: 'outer' }, () =>
    childSpan({ name: 'inner' }, async () => {
      throw new Error('the password is hunter2')
    }),
  )
  await expect(failing).rejects.toThrow()
  await telemetry.close()
  expect(received.map(({ url, key }) => [url, key])).toEqual([['/v1/traces', 'a key']])
  expect(received[0]?.body).toMatch(/"outer".*"inner"|"inner".*"outer"/s)
  expect(received[0]?.body).toContain('orders')
  expect(received[0]?.body).not.toContain('hunter2')
  expect(isTracing()).toBe(false)
})

test('a collector that is away is told in the log and holds up no end', async () => {
  const warnings: string[] = []
  const log = { warn: (_fields: object, message: string) => void warnings.push(message) }
  const telemetry = await startTelemetry({ ...SHARE, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }, log as never)
  enterSpan('orders', { name: 'work' }, () => 1)
  await telemetry.close()
  expect(warnings).toHaveLength(1)
})

test('programs that share a process share its tracing until the last one ends', async () => {
  const configuration = { ...SHARE, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }
  const one = await startTelemetry(configuration, silent)
  const other = await startTelemetry(configuration, silent)
  await one.close()
  await one.close()
  expect(isTracing()).toBe(true)
  await other.close()
  expect(isTracing()).toBe(false)
})
