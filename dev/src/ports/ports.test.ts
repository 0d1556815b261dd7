import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { freePort, isFree } from './index.ts'

const servers: Server[] = []

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

const occupy = async (host: string): Promise<number> => {
  const server = createServer().listen(0, host)
  servers.push(server)
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

it('gives the preferred port when it is free, and leaves it free', async () => {
  const port = await freePort()
  expect(await freePort(port)).toBe(port)
  expect(await isFree(port)).toBe(true)
})

it.each(['127.0.0.1', '0.0.0.0', '::1', '::'])('passes over a port that is taken on %s', async (host) => {
  const taken = await occupy(host)
  expect(await isFree(taken)).toBe(false)
  expect(await freePort(taken)).toBeGreaterThan(taken)
})

it('passes over ports that were given away already', async () => {
  const port = await freePort()
  expect(await freePort(port, new Set([port]))).not.toBe(port)
})
