import { sql } from 'drizzle-orm'
import { pgTable, text } from 'drizzle-orm/pg-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  afterCommit,
  type Database,
  type DatabaseConnection,
  isUniqueViolation,
  openDatabase,
  rows,
  type Transaction,
  TransactionAborted,
  TransactionMisuse,
  transaction,
} from './index.ts'
import { type DisposableServer, startDisposableServer } from './testing/disposable-server.ts'

const notes = pgTable('notes', { id: text().primaryKey(), body: text().notNull() })
const log = { warn: vi.fn(), error: vi.fn() }

let server: DisposableServer
let connection: DatabaseConnection
let db: Database
beforeAll(async () => {
  server = await startDisposableServer()
}, 60_000)
afterAll(() => server.stop())

beforeEach(async () => {
  vi.clearAllMocks()
  connection = openDatabase({ url: server.url(), applicationName: 'test', maxConnections: 4, log })
  db = connection.db
  await db.execute(sql`drop table if exists notes`)
  await db.execute(sql`create table notes (id text primary key, body text not null)`)
})
afterEach(() => connection.close())

const write = (on: Database, id: string, body = ''): Promise<unknown> => on.insert(notes).values({ id, body })
const ids = async (): Promise<string[]> => (await db.select().from(notes).orderBy(notes.id)).map(({ id }) => id)
describe('commit and rollback', () => {
  test('what run() wrote is there when it resolves, and gone when it throws', async () => {
    expect(await transaction(db, (tx) => write(tx, 'kept').then(() => 'result'))).toBe('result')
    const failure = new Error('no')
    await expect(
      transaction(db, async (tx) => {
        await write(tx, 'dropped')
        throw failure
      }),
    ).rejects.toBe(failure)
    expect(await ids()).toEqual(['kept'])
  })

  test('Drizzle’s own db.transaction() and tx.transaction() are the same thing', async () => {
    const called: string[] = []
    await db.transaction(async (tx) => {
      await tx.transaction(async (nested) => {
        await write(nested, 'a')
        afterCommit(nested, () => void called.push('committed'))
      })
    })
    expect(called).toEqual(['committed'])
    expect(await ids()).toEqual(['a'])
  })

  test('a nested transaction rolls back alone', async () => {
    await transaction(db, async (tx) => {
      await write(tx, 'outer')
      await expect(
        transaction(tx, async (nested) => {
          await write(nested, 'inner')
          await write(nested, 'outer')
        }),
      ).rejects.toSatisfy((error) => isUniqueViolation(error, 'notes_pkey') && !isUniqueViolation(error, 'other_key'))
      await transaction(tx, (nested) => transaction(nested, (third) => write(third, 'third')))
    })
    expect(await ids()).toEqual(['outer', 'third'])
  })

  test('options reach PostgreSQL', async () => {
    const settings = await transaction(
      db,
      (tx) =>
        rows(
          tx,
          sql`select current_setting('transaction_isolation') as level, current_setting('transaction_read_only') as ro`,
        ),
      { isolationLevel: 'repeatable read', accessMode: 'read only' },
    )
    expect(settings).toEqual([{ level: 'repeatable read', ro: 'on' }])
  })

  test('a swallowed failure is not reported as success', async () => {
    await expect(
      transaction(db, async (tx) => {
        await write(tx, 'a')
        await write(tx, 'a').catch(() => undefined)
      }),
    ).rejects.toThrow(TransactionAborted)
    expect(await ids()).toEqual([])
  })
})

describe('misuse', () => {
  test('a statement after the end is refused instead of running in someone else’s transaction', async () => {
    const leaked = await transaction(db, async (tx) => ({ tx }))
    await expect(write(leaked.tx, 'late')).rejects.toMatchObject({ cause: expect.any(TransactionMisuse) })
    expect(() => afterCommit(leaked.tx, () => undefined)).toThrow(TransactionMisuse)
    await expect(transaction(leaked.tx, () => Promise.resolve())).rejects.toThrow(TransactionMisuse)
    expect(await ids()).toEqual([])
  })

  test('two nested transactions at a time are refused: one’s rollback would take the other’s work', async () => {
    await expect(
      transaction(db, (tx) =>
        Promise.all([transaction(tx, (a) => write(a, 'a')), transaction(tx, (b) => write(b, 'b'))]),
      ),
    ).rejects.toThrow(TransactionMisuse)
    expect(await ids()).toEqual([])
  })

  test('a nested transaction that nobody awaited is neither half saved nor continued elsewhere', async () => {
    const gate = Promise.withResolvers<void>()
    const forgotten: Promise<unknown>[] = []
    const outer = transaction(db, async (tx) => {
      const started = Promise.withResolvers<void>()
      forgotten.push(
        transaction(tx, async (nested) => {
          await write(nested, 'half')
          started.resolve()
          await gate.promise
          await write(nested, 'other half')
        }).catch((error: unknown) => error),
      )
      await started.promise
    })
    await expect(outer).rejects.toThrow(TransactionMisuse)
    gate.resolve()
    expect(await forgotten[0]).toMatchObject({ cause: expect.any(TransactionMisuse) })
    expect(await ids()).toEqual([])
  })

  test('statements issued in parallel share the connection in order', async () => {
    await transaction(db, (tx) => Promise.all(['1', '2', '3'].map((id) => write(tx, id))))
    expect(await ids()).toEqual(['1', '2', '3'])
  })
})

describe('afterCommit', () => {
  test('runs after COMMIT, when another connection sees the rows', async () => {
    let seen: string[] = []
    await transaction(db, async (tx) => {
      afterCommit(tx, async () => {
        seen = await ids()
      })
      await write(tx, 'a')
      expect(seen).toEqual([])
    })
    expect(seen).toEqual(['a'])
  })

  test('is forgotten with the transaction, or the savepoint, that rolled back', async () => {
    const called: string[] = []
    const failing = async (tx: Transaction, name: string): Promise<void> => {
      afterCommit(tx, () => void called.push(name))
      throw new Error(name)
    }
    await expect(transaction(db, (tx) => failing(tx, 'outer'))).rejects.toThrow('outer')
    await transaction(db, async (tx) => {
      await expect(transaction(tx, (nested) => failing(nested, 'inner'))).rejects.toThrow('inner')
      afterCommit(tx, () => void called.push('kept'))
    })
    expect(called).toEqual(['kept'])
  })

  test('its failure is logged and leaves the result alone', async () => {
    const err = new Error('mail server')
    const result = transaction(db, async (tx) => {
      afterCommit(tx, () => Promise.reject(err))
      return 1
    })
    await expect(result).resolves.toBe(1)
    expect(log.error).toHaveBeenCalledWith({ err }, expect.any(String))
  })
})

test('onStatement sees each statement once, without values', async () => {
  const statements: string[] = []
  const counted = openDatabase({
    url: server.url(),
    applicationName: 'counted',
    onStatement: (s) => statements.push(s),
  })
  await write(counted.db, 'secret')
  await transaction(counted.db, (tx) => write(tx, 'other'))
  await counted.close()
  expect(statements).toEqual(Array(2).fill('insert into "notes" ("id", "body") values ($1, $2)'))
})
