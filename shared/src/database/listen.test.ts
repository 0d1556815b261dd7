import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DatabaseConnection, listenTo, openDatabase } from './index.ts'
import { type DisposableServer, startDisposableServer } from './testing/disposable-server.ts'

const channel = 'orders "new"'
let server: DisposableServer
let connection: DatabaseConnection
beforeAll(async () => {
  server = await startDisposableServer()
  connection = openDatabase({ url: server.url(), applicationName: 'notifier' })
}, 60_000)
afterAll(async () => {
  await connection.close()
  await server.stop()
})

const listen = async () => {
  const seen = { payloads: [] as string[], errors: [] as Error[], listening: 0 }
  const subscription = await listenTo({
    url: server.url(),
    channel,
    onPayload: (payload) => {
      seen.payloads.push(payload)
      if (payload === 'poison') throw new Error('cannot take it')
    },
    onError: (error) => void seen.errors.push(error),
    onListening: () => {
      seen.listening += 1
    },
  })
  return { seen, close: subscription.close }
}
const notify = (payload: string) => connection.db.execute(sql`select pg_notify(${channel}, ${payload})`)

test('payloads arrive in order, and one that the receiver cannot take does not stop the next', async () => {
  const { seen, close } = await listen()
  for (const payload of ['1', 'poison', '']) await notify(payload)
  await expect.poll(() => seen.payloads).toEqual(['1', 'poison', ''])
  expect(seen.errors.map(({ message }) => message)).toEqual(['cannot take it'])
  await close()
  await notify('after close')
  expect(seen.payloads).toHaveLength(3)
})

test('listening survives killed connections and restarts of the server, and says so', { timeout: 30_000 }, async () => {
  const { seen, close } = await listen()
  const faults = [
    () =>
      connection.db.execute(
        sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'gigraph-listen%'`,
      ),
    () => server.restart('fast'),
    () => server.restart('immediate'),
  ]
  for (const [index, fault] of faults.entries()) {
    await fault()
    await expect.poll(() => seen.listening, { timeout: 8_000 }).toBe(index + 2)
    await notify(`fault ${index}`)
    await expect.poll(() => seen.payloads.at(-1)).toBe(`fault ${index}`)
    expect(seen.errors.length).toBeGreaterThan(index)
  }
  await close()
})

test('closing while the server is away ends the attempts', { timeout: 30_000 }, async () => {
  const { seen, close } = await listen()
  const restarted = server.restart('fast')
  await close()
  await restarted
  await notify('after close')
  expect(seen.payloads).toEqual([])
})

test('a wrong address rejects at once', async () => {
  const nowhere = listenTo({ url: 'postgres://a@127.0.0.1:1/b', channel, onPayload: () => {}, onError: () => {} })
  await expect(nowhere).rejects.toThrow('ECONNREFUSED')
})
