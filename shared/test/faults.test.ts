import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { exportJWK, generateKeyPair } from 'jose'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ensureDatabase, openDatabase, rows } from '../src/database/index.ts'
import { type JobsBackend, migrateJobs, openJobs } from '../src/jobs/index.ts'
import { type RunningService, startService } from '../src/service/index.ts'
import {
  createTestDatabase,
  hasRedis,
  person,
  startRedis,
  type TestDatabase,
  type TestRedis,
} from '../src/testing/index.ts'
import { noteService, seen } from './note-service/src/index.ts'

/** What the programs wrote into their logs. */
const told: string[] = []
const log = pino({ level: 'warn' }, { write: (line) => void told.push(line) })
/** A job that was in hand when everything fell comes back within 30 s. */
const patient = { timeout: 45_000, interval: 50 }

let database: TestDatabase
let jobsUrl: string
const ends: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  told.length = 0
  database = await createTestDatabase(noteService)
  jobsUrl = database.ownerUrl.replace(/test_notes_/, 'test_jobs_')
  await ensureDatabase({ adminUrl: database.ownerUrl, name: new URL(jobsUrl).pathname.slice(1) })
  ends.push(() => database.drop())
})
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

interface Wanted {
  readonly redis?: TestRedis
  readonly workers?: 'on' | 'off' | 'only'
  /** How far the program's clock is off. */
  readonly secondsAhead?: number
}

const launch = async ({ redis, workers = 'on', secondsAhead = 0 }: Wanted): Promise<RunningService> => {
  const { publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const service = (await startService(noteService, {
    environment: {
      DATABASE_URL: database.url,
      MIGRATION_DATABASE_URL: database.ownerUrl,
      ...(redis ? { REDIS_URL: redis.url } : { JOBS_DATABASE_URL: jobsUrl }),
      VIEWER_ASSERTION_PUBLIC_KEY: JSON.stringify(await exportJWK(publicKey)),
      SERVICE_SECRET: 'a secret of the tests, of no worth elsewhere',
      WORKERS: workers,
    },
    clock: { now: () => new Date(Date.now() + secondsAhead * 1_000) },
    log,
    routes: { 'note.written': ['notes'] },
  })) as unknown as RunningService
  ends.push(() => service.close())
  return service
}

const Write = /* GraphQL */ `mutation ($body: String!) { writeNote(input: { body: $body }) { note { id } } }`

const write = async (service: RunningService, body: string): Promise<void> => {
  const caller = { viewer: person('CLIENT'), address: '', userAgent: '' }
  const result = await service.execute({ query: Write, variables: { body }, caller, requestId: 'test' })
  expect(result.errors).toBeUndefined()
}

const effectsOf = (story: string): string[] => seen.filter((line) => line.startsWith(`event ${story}`))

describe.skipIf(!hasRedis())('Redis (needs redis-server)', () => {
  test('killed and started again, it costs no event, and none has two effects', { timeout: 60_000 }, async () => {
    const redis = await startRedis()
    ends.push(() => redis.stop())
    const service = await launch({ redis })
    for (let index = 0; index < 10; index += 1) await write(service, `redis a${index}`)
    await redis.kill()
    // Nobody waits for Redis: what is written stands in the outbox.
    for (let index = 0; index < 10; index += 1) await write(service, `redis b${index}`)
    await expect.poll(() => told.some((line) => line.includes('the relay could not hand over')), patient).toBe(true)
    await redis.start()
    for (let index = 0; index < 10; index += 1) await write(service, `redis c${index}`)
    await expect.poll(() => new Set(effectsOf('redis')).size, patient).toBe(30)
    expect(effectsOf('redis')).toHaveLength(30)
  })

  // Without our patch of ioredis (ADR 18) a connection that is trying again never says that it has ended, and BullMQ waits for that.
  test('a service ends also while Redis is away', { timeout: 60_000 }, async () => {
    const redis = await startRedis()
    ends.push(() => redis.stop())
    const service = await launch({ redis })
    await write(service, 'before')
    await redis.kill()
    await write(service, 'after')
    await expect.poll(() => told.some((line) => line.includes('the relay could not hand over')), patient).toBe(true)
    await service.close()
    await redis.start()
  })
})

test('workers whose clocks are two minutes off give each event one effect', { timeout: 60_000 }, async () => {
  const early = await launch({ secondsAhead: -120 })
  const late = await launch({ secondsAhead: 120 })
  await Promise.all(Array.from({ length: 20 }, (_, index) => write(index % 2 ? early : late, `clock ${index}`)))
  await expect.poll(() => new Set(effectsOf('clock')).size, patient).toBe(20)
  const { db, close } = openDatabase({ url: database.ownerUrl, applicationName: 'test' })
  ends.push(close)
  const waiting = () => rows(db, sql`select id from outbox where published_at is null`)
  await expect.poll(waiting, patient).toEqual([])
  expect(effectsOf('clock')).toHaveLength(20)
})

test('what a service has accepted it answers, also when it ends under load', { timeout: 60_000 }, async () => {
  const service = await launch({ workers: 'off' })
  const outcomes = Array.from({ length: 200 }, (_, index) => write(service, `load ${index}`).then(() => 'answered'))
  await Promise.race(outcomes)
  const closed = service.close()
  expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['answered']))
  await closed
  const { db, close } = openDatabase({ url: database.ownerUrl, applicationName: 'test' })
  ends.push(close)
  expect(await rows(db, sql`select count(*)::int as notes from notes where body like 'load %'`)).toEqual([
    { notes: 200 },
  ])
})

describe('a worker that is killed in a job', () => {
  const openQueue = (patienceMs: number): JobsBackend => {
    const jobs = openJobs({ databaseUrl: jobsUrl, applicationName: 'test', workers: 1, log, patienceMs })
    ends.push(() => jobs.close())
    return jobs
  }

  test('leaves it to another one', { timeout: 60_000 }, async () => {
    await migrateJobs(jobsUrl)
    const jobs = openQueue(1_000)
    await jobs.queue('mortal').add('work', { letter: 'a' })
    const script = fileURLToPath(new URL('./dying-worker.ts', import.meta.url))
    const dying = spawn(process.execPath, [script, jobsUrl], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(dying, 'exit')
    for await (const line of createInterface({ input: dying.stdout })) if (line === 'began') break
    dying.kill('SIGKILL')
    await exited
    const done: unknown[] = []
    jobs.worker('mortal', {
      concurrency: 1,
      run: async ({ data }) => void done.push(data),
      onExhausted: (_, error) => done.push(error),
    })
    await expect.poll(() => done, patient).toEqual([{ letter: 'a' }])
  })
})
