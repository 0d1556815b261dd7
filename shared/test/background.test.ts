import { exportJWK, generateKeyPair } from 'jose'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureDatabase } from '../src/database/index.ts'
import { createLogger } from '../src/logging/index.ts'
import { type RunningService, startService } from '../src/service/index.ts'
import { createTestDatabase, hasRedis, nextWhere, person, startRedis, type TestDatabase } from '../src/testing/index.ts'
import { noteService, seen } from './note-service/src/index.ts'

const Write = /* GraphQL */ `mutation ($body: String!) { writeNote(input: { body: $body }) { note { id } } }`

const assertionKey = async () => {
  const { publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  return JSON.stringify(await exportJWK(publicKey))
}

const write = async (service: RunningService, body: string) => {
  const caller = { viewer: person('CLIENT'), address: '', userAgent: '' }
  const result = await service.execute({ query: Write, variables: { body }, caller, requestId: 'test' })
  expect(result.errors).toBeUndefined()
}

/** The same promises on both backends: this is the only place where it matters which one it is. */
const backends = [
  {
    name: 'PostgreSQL',
    available: true,
    start: async () => ({ stop: async () => undefined }) as { url?: string; stop(): Promise<void> },
  },
  { name: 'Redis (needs redis-server)', available: hasRedis(), start: startRedis },
]

for (const backend of backends)
  describe.skipIf(!backend.available)(`events, jobs and pub/sub on ${backend.name}`, () => {
    let database: TestDatabase
    let store: { url?: string; stop(): Promise<void> }
    let services: RunningService[]

    const launch = async (WORKERS: 'on' | 'off' | 'only' = 'on') => {
      const jobsUrl = database.ownerUrl.replace(/test_notes_/, 'test_jobs_')
      await ensureDatabase({ adminUrl: database.ownerUrl, name: new URL(jobsUrl).pathname.slice(1) })
      return (await startService(noteService, {
        environment: {
          DATABASE_URL: database.url,
          MIGRATION_DATABASE_URL: database.ownerUrl,
          ...(store.url ? { REDIS_URL: store.url } : { JOBS_DATABASE_URL: jobsUrl }),
          VIEWER_ASSERTION_PUBLIC_KEY: await assertionKey(),
          SERVICE_SECRET: 'a secret of the tests, of no worth elsewhere',
          WORKERS,
        },
        log: createLogger({ name: 'notes', level: 'fatal' }),
        routes: { 'note.written': ['notes'] },
      })) as unknown as RunningService
    }

    beforeAll(async () => {
      store = await backend.start()
      database = await createTestDatabase(noteService)
      services = [await launch('off'), await launch('only')]
    })
    afterAll(async () => {
      await Promise.all(services.map((service) => service.close()))
      await store.stop()
      await database.drop()
    })

    test('a process that only works serves its health and nothing else', async () => {
      const [serving, working] = services as [RunningService, RunningService]
      const status = async ({ url }: RunningService, path: string, method = 'GET') =>
        (await fetch(`${url}${path}`, { method })).status
      expect(await status(working, '/health/ready')).toBe(200)
      expect(await status(working, '/graphql', 'POST')).toBe(404)
      expect(await status(serving, '/graphql', 'POST')).toBe(401)
    })

    test('what one process writes reaches handler and job in another, once', async () => {
      const [one, other] = services as [RunningService, RunningService]
      await Promise.all(
        Array.from({ length: 20 }, (_, index) => write(index % 2 ? one : other, `${backend.name} ${index}`)),
      )
      const arrived = () => seen.filter((line) => line.startsWith(`event ${backend.name}`))
      await expect.poll(() => arrived().length, { timeout: 20_000 }).toBe(20)
      expect(new Set(arrived()).size).toBe(20)
      await expect
        .poll(() => seen.filter((line) => line.startsWith('job')).length, { timeout: 20_000 })
        .toBeGreaterThanOrEqual(20)
    })

    test('subscribers in one process get what another publishes', async () => {
      const [one, other] = services as [RunningService, RunningService]
      const stream = await one.subscribe({
        query: 'subscription { noteWritten { body } }',
        caller: { viewer: person(), address: '', userAgent: '' },
        requestId: 'test',
      })
      if (!(Symbol.asyncIterator in stream)) throw new Error('the subscription was refused')
      const heard = nextWhere(
        stream,
        ({ data }) => data?.noteWritten !== null && JSON.stringify(data).includes('across'),
      )
      await (one.systemContext() as { pubsub: { ready(): Promise<void> } }).pubsub.ready()
      await write(other, 'across')
      expect(await heard).toEqual({ data: { noteWritten: { body: 'across' } } })
      await stream.return?.()
    })

    test('events written while the relay is dead are delivered by the next one', async () => {
      const [one] = services as [RunningService]
      const client = new pg.Client({ connectionString: database.ownerUrl })
      await client.connect()
      await client.query(`update outbox set published_at = null where name = 'note.written'`)
      await client.end()
      const before = seen.length
      await write(one, 'after all others')
      await expect.poll(() => seen.includes('event after all others'), { timeout: 20_000 }).toBe(true)
      // The inbox knows the old ones: handed over again, they have no second effect.
      expect(seen.slice(before).filter((line) => line.startsWith(`event ${backend.name}`))).toEqual([])
    })
  })
