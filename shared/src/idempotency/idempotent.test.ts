import { sql } from 'drizzle-orm'
import { pgTable, text } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest'
import { z } from 'zod'
import { type DatabaseConnection, dropDatabase, ensureDatabase, openDatabase, transaction } from '../database/index.ts'
import { fail, ok, type Result } from '../errors/index.ts'
import { createLogger } from '../logging/index.ts'
import { createTestClock } from '../testing/index.ts'
import { makeId } from '../time/index.ts'
import { fingerprint } from './fingerprint.ts'
import { type Attempt, forgetKeys, idempotencyKeys, idempotent } from './index.ts'

const effects = pgTable('effects', { id: text().primaryKey() })
const clock = createTestClock()
const ownerId = makeId()
let adminUrl = ''
let name = ''
let connection: DatabaseConnection

beforeAll(async () => {
  adminUrl = inject('postgresUrl')
  name = `test_idempotency_${makeId().replaceAll('-', '')}`
  await ensureDatabase({ adminUrl, name })
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  connection = openDatabase({ url: url.href, applicationName: 'test' })
  await connection.db.execute(sql`create table effects (id text primary key)`)
  await connection.db.execute(sql`create table idempotency_keys (owner_id uuid not null, operation text not null,
    key text not null, work_id uuid not null, fingerprint text not null, claim_id uuid not null,
    claimed_until timestamptz(3) not null, created_at timestamptz(3) not null, finished_at timestamptz(3),
    reference jsonb, primary key (owner_id, operation, key))`)
})
afterAll(async () => {
  await connection.close()
  await dropDatabase({ adminUrl, name })
})
beforeEach(() => connection.db.execute(sql`truncate effects, idempotency_keys`))

type Run = (attempt: Attempt<string>) => Promise<Result<string>>

/** The effect: a row of its own, in one transaction with the mark. */
const make: Run = (attempt) =>
  transaction(connection.db, async (tx) => {
    const id = makeId()
    await tx.insert(effects).values({ id })
    await attempt.finish(tx, id)
    return ok(id)
  })

const call = (key: string | null, input: unknown, run: Run = make, operation = 'pay', owner = ownerId) =>
  idempotent(
    { db: connection.db, clock, makeId, log: createLogger({ name: 'test', level: 'silent' }) },
    { ownerId: owner, operation, key, input, reference: z.string(), run, replay: async (id) => ok(id) },
  )
const countEffects = () => connection.db.$count(effects)

test('the same key and input get the first result again; another input is refused', async () => {
  const first = await call('k', { amount: 1, note: null })
  expect(await call('k', { amount: 1 })).toEqual(first)
  expect(await call('k', { amount: 2 })).toMatchObject({ ok: false, errors: [{ code: 'IDEMPOTENCY_CONFLICT' }] })
  expect(await countEffects()).toBe(1)
})

test('a key belongs to its owner and its operation; without a key everything runs', async () => {
  await call('k', 1)
  await call('k', 1, make, 'refund')
  await call('k', 1, make, 'pay', makeId())
  await call(null, 1)
  await call(null, 1)
  expect(await countEffects()).toBe(5)
})

test('twenty calls at once have one effect; the others get its result or are told that it runs', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => call('k', 1)))
  expect(await countEffects()).toBe(1)
  const results = new Set(answers.flatMap((answer) => (answer.ok ? [answer.value] : [])))
  expect(results.size).toBe(1)
  for (const answer of answers)
    if (!answer.ok) expect(answer.errors).toMatchObject([{ code: 'IDEMPOTENCY_IN_PROGRESS' }])
})

test('an expected failure frees the key for another input', async () => {
  expect(await call('k', 1, async () => fail('VALIDATION', 'no'))).toMatchObject({ ok: false })
  expect(await call('k', 2)).toMatchObject({ ok: true })
})

test('after an error the same work is tried again under the same work id, and only with the same input', async () => {
  const seen: string[] = []
  const broken: Run = async ({ workId }) => {
    seen.push(workId)
    throw new Error('the card network timed out')
  }
  await expect(call('k', 1, broken)).rejects.toThrow('timed out')
  expect(await call('k', 2)).toMatchObject({ errors: [{ code: 'IDEMPOTENCY_CONFLICT' }] })
  const again: Run = (attempt) => {
    seen.push(attempt.workId)
    return make(attempt)
  }
  expect(await call('k', 1, again)).toMatchObject({ ok: true })
  expect(new Set(seen).size).toBe(1)
})

test('who died while working is replaced after 30 s; if it wakes up, its transaction is rolled back', async () => {
  const wake = Promise.withResolvers<void>()
  const started = vi.fn()
  const sleeper = call('k', 1, async (attempt) => {
    started()
    await wake.promise
    return make(attempt)
  })
  await vi.waitFor(() => expect(started).toHaveBeenCalled())
  expect(await call('k', 1)).toMatchObject({ errors: [{ code: 'IDEMPOTENCY_IN_PROGRESS' }] })
  clock.advance('31s')
  const result = await call('k', 1)
  expect(result.ok).toBe(true)
  wake.resolve()
  await expect(sleeper).rejects.toThrow('took over')
  expect(await countEffects()).toBe(1)
  expect(await call('k', 1)).toEqual(result)
})

test('a success without the mark is a defect that shows', async () => {
  await expect(call('k', 1, async () => ok('unmarked'))).rejects.toThrow('without marking')
})

test('old keys are forgotten, young ones kept', async () => {
  await call('old', 1)
  clock.advance('25h')
  await call('young', 1)
  clock.advance('1s')
  await forgetKeys(connection.db, new Date(clock.now().getTime() - 86_400_000))
  expect((await connection.db.select().from(idempotencyKeys)).map(({ key }) => key)).toEqual(['young'])
})

test('a fingerprint ignores the order of keys and nothing else', () => {
  expect(fingerprint({ a: 1, b: [1, { c: null }] })).toBe(fingerprint({ b: [1, {}], a: 1 }))
  expect(fingerprint({ a: [1, 2] })).not.toBe(fingerprint({ a: [2, 1] }))
  expect(fingerprint({ a: '1' })).not.toBe(fingerprint({ a: 1 }))
})
