import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLogger } from '@gigraph/shared/logging'
import { createClient } from 'graphql-ws'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createGateway } from '../src/index.ts'
import { compose } from '../src/supergraph/compose.ts'
import { createFollower, createMessages, MESSAGES_SDL, type Message, serveMessages } from './message-service.ts'
import { next } from './start-gateway.ts'

vi.setConfig({ testTimeout: 120_000 })

const COMMAND = fileURLToPath(new URL('../bin/gigraph-gateway.mjs', import.meta.url))
const SUBSCRIPTION = 'subscription { messageSent { number text } }'

const supergraphOf = (url: string): string => {
  const composition = compose([{ name: 'messages', url, sdl: MESSAGES_SDL }])
  if (composition.errors) throw new Error(composition.errors.join('\n'))
  return composition.supergraphSdl
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await next(server, 'listening')
  const address = server.address()
  server.close()
  await next(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Messages go on being sent until the test is over. */
const sendSteadily = ({ send }: ReturnType<typeof createMessages>) => {
  const timer = setInterval(send, 20)
  onTestFinished(() => clearInterval(timer))
  return () => clearInterval(timer)
}

/** A client of the graph that misses nothing, on graphql-ws's own client. */
const follow = (url: string) => {
  const post = (after: number) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: 'query ($after: Int!) { messages(after: $after) { number text } }',
        variables: { after },
      }),
    })
  const ask = async (after: number): Promise<readonly Message[]> => {
    // Nobody is there at the moment: the next message, or the next connection, asks again.
    const answer = await post(after).then(
      async (response) => (await response.json()) as { data: { messages: readonly Message[] | null } },
      () => null,
    )
    return answer?.data.messages ?? []
  }
  const follower = createFollower(ask)
  const closeCodes: number[] = []
  const errors: unknown[] = []
  const client = createClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: Number.POSITIVE_INFINITY,
    // Of itself the client gives up when nobody listens at the port, which is what a restart looks like for a moment.
    shouldRetry: () => true,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
    on: {
      connected: () => void follower.catchUp(),
      closed: (event) => void closeCodes.push((event as { code: number }).code),
    },
  })
  client.subscribe<{ messageSent: Message }>(
    { query: SUBSCRIPTION },
    {
      next: ({ data, errors: failed }) => {
        if (failed) errors.push(...failed)
        if (data) void follower.onMessage(data.messageSent)
      },
      error: (error) => errors.push(error),
      complete: () => errors.push('the subscription ended'),
    },
  )
  onTestFinished(async () => {
    await client.dispose()
  })
  return { ...follower, closeCodes, errors }
}

const patiently = { timeout: 60_000, interval: 50 }
/** Live messages beyond those that were seen so far. */
const live = async ({ following }: ReturnType<typeof follow>) => {
  const before = following.live
  await expect.poll(() => following.live, patiently).toBeGreaterThan(before + 5)
}
const firstNumbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

describe.each(['SIGKILL', 'SIGTERM'] as const)('a gateway that ends by %s and is started again', (signal) => {
  it('is found again by graphql-ws’s client, which misses nothing and gets nothing twice', async () => {
    const messages = createMessages()
    const service = await serveMessages(messages)
    onTestFinished(() => service.kill())
    const directory = await mkdtemp(join(tmpdir(), 'gateway-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const file = join(directory, 'supergraph.graphql')
    writeFileSync(file, supergraphOf(service.url))
    const port = await freePort()
    const start = async (): Promise<ChildProcess> => {
      const child = spawn(process.execPath, [COMMAND, '--supergraph', file, '--port', String(port)], {
        env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
      })
      onTestFinished(() => void child.kill('SIGKILL'))
      await next(child.stdout, 'data')
      return child
    }
    const first = await start()
    const stopSending = sendSteadily(messages)
    const client = follow(`http://127.0.0.1:${port}/graphql`)
    await live(client)
    const ended = next(first, 'exit')
    first.kill(signal)
    expect(await ended).toEqual(signal === 'SIGKILL' ? [null, 'SIGKILL'] : [0, null])
    const missed = messages.all.length
    await expect.poll(() => messages.all.length, patiently).toBeGreaterThan(missed + 5)
    await start()
    await live(client)
    stopSending()
    await expect.poll(() => client.following.numbers.length, patiently).toBe(messages.all.length)
    expect(client.following.numbers).toEqual(firstNumbers(messages.all.length))
    expect(client.closeCodes[0]).toBe(signal === 'SIGKILL' ? 1006 : 1001)
    expect(client.errors).toEqual([])
    expect(messages.events.listeners).toBe(1)
  })
})

describe('a service that is killed and started again', () => {
  it('costs a subscriber of the gateway no error, and what was missed is there by cursor', async () => {
    const messages = createMessages()
    const service = await serveMessages(messages)
    const gateway = await createGateway({
      supergraph: { sdl: supergraphOf(service.url) },
      port: 0,
      log: createLogger({ name: 'gateway', level: 'silent' }),
    })
    onTestFinished(() => gateway.close())
    const stopSending = sendSteadily(messages)
    const client = follow(gateway.url)
    await live(client)
    await service.kill()
    const missed = messages.all.length
    await expect.poll(() => messages.all.length, patiently).toBeGreaterThan(missed + 5)
    const again = await serveMessages(messages, service.port)
    onTestFinished(() => again.kill())
    await live(client)
    stopSending()
    await expect.poll(() => client.following.numbers.length, patiently).toBe(messages.all.length)
    expect(client.following.numbers).toEqual(firstNumbers(messages.all.length))
    expect(client.errors).toEqual([])
    // The client's own socket never closed: only the gateway's to the service did.
    expect(client.closeCodes).toEqual([])
  })
})
