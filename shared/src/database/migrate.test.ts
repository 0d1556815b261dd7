import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import {
  type Database,
  type DatabaseConnection,
  dropDatabase,
  ensureDatabase,
  ensureRole,
  migrateDatabase,
  openDatabase,
  requireMigrated,
  rows,
} from './index.ts'
import { type DisposableServer, startDisposableServer } from './testing/disposable-server.ts'

const appRole = 'ledger app'
const owner = 'ledger owner'
const password = `it's "quoted"`
const log = { warn: vi.fn(), error: vi.fn() }

let server: DisposableServer
let database: string
let folder: string
let opened: DatabaseConnection[]
beforeAll(async () => {
  server = await startDisposableServer()
}, 60_000)
afterAll(() => server.stop())

beforeEach(async () => {
  vi.clearAllMocks()
  opened = []
  database = `ledger "${randomUUID()}"`
  folder = await mkdtemp(join(tmpdir(), 'gigraph-migrations-'))
  await ensureRole({ adminUrl: server.url(), name: owner, password })
  await ensureRole({ adminUrl: server.url(), name: appRole, password })
  await ensureDatabase({ adminUrl: server.url(), name: database, owner, appRole })
})
afterEach(async () => {
  await Promise.all(opened.map(({ close }) => close()))
  await dropDatabase({ adminUrl: server.url(), name: database })
  await rm(folder, { recursive: true })
})

const urlAs = (role: string): string => {
  const url = new URL(server.url(database))
  url.username = encodeURIComponent(role)
  url.password = encodeURIComponent(password)
  return url.href
}
const openAs = (role: string): Database => {
  const connection = openDatabase({ url: urlAs(role), applicationName: 'test' })
  opened.push(connection)
  return connection.db
}
const writeMigrations = async (migrations: readonly { when: number; statement: string }[]): Promise<void> => {
  await mkdir(join(folder, 'meta'), { recursive: true })
  const entries = migrations.map(({ when }, idx) => ({
    idx,
    version: '7',
    when,
    tag: `000${idx}_step`,
    breakpoints: true,
  }))
  await writeFile(join(folder, 'meta/_journal.json'), JSON.stringify({ version: '7', dialect: 'postgresql', entries }))
  for (const [index, { statement }] of migrations.entries())
    await writeFile(join(folder, `000${index}_step.sql`), statement)
}
const createAccounts = { when: 1_000, statement: 'create table accounts (id serial primary key, name text)' }
const createEntries = {
  when: 2_000,
  statement: 'create table entries (id bigint generated always as identity primary key, amount_minor bigint)',
}
const migrate = (appendOnlyTables: string[] = []) =>
  migrateDatabase({ url: urlAs(owner), folder, appRole, appendOnlyTables, log })
/** The SQLSTATE of insufficient privilege. */
const forbidden = { cause: { code: '42501' } }

test('five migrators at once apply each migration once', async () => {
  await writeMigrations([createAccounts, createEntries])
  const results = await Promise.all(Array.from({ length: 5 }, () => migrate()))
  expect(results.map(({ applied }) => applied).sort()).toEqual([0, 0, 0, 0, 2])
  const applied = await rows(openAs(owner), sql`select created_at from drizzle.__drizzle_migrations order by 1`)
  expect(applied).toEqual([{ created_at: '1000' }, { created_at: '2000' }])
})

test('a journal out of order is refused before anything is applied', async () => {
  await writeMigrations([createEntries, createAccounts])
  await expect(migrate()).rejects.toThrow(/entry 1 is not newer/)
  expect(await rows(openAs(owner), sql`select to_regclass('entries') as found`)).toEqual([{ found: null }])
})

test('a migration older than what the database has is reported instead of skipped', async () => {
  await writeMigrations([createAccounts, { ...createEntries, when: 3_000 }])
  await migrate()
  await writeMigrations([
    createAccounts,
    { when: 2_000, statement: 'create table late ()' },
    { ...createEntries, when: 3_000 },
  ])
  await expect(migrate()).rejects.toThrow(/3 migrations in the journal, 1 of them not applied.*when: 2000/)
})

test('a migration that fails leaves nothing behind', async () => {
  await writeMigrations([createAccounts, { when: 2_000, statement: 'create table oops (' }])
  await expect(migrate()).rejects.toThrow('oops')
  await writeMigrations([createAccounts, createEntries])
  expect(await migrate()).toEqual({ applied: 2 })
})

test('older code finds a newer database, and an edited migration is noticed', async () => {
  await writeMigrations([createAccounts, createEntries])
  await migrate()
  await writeMigrations([{ ...createAccounts, statement: `${createAccounts.statement};` }])
  expect(await migrate()).toEqual({ applied: 0 })
  expect(log.warn.mock.calls.map(([, message]) => message)).toEqual([
    'the database is newer than this service',
    'a migration was edited after it was applied',
  ])
})

test('the service’s role reads and writes rows, and cannot change tables', async () => {
  await writeMigrations([createAccounts])
  await migrate()
  const db = openAs(appRole)
  await db.execute(sql`insert into accounts (name) values ('a')`)
  await db.execute(sql`update accounts set name = 'b'`)
  expect(await rows(db, sql`delete from accounts returning id, name`)).toEqual([{ id: 1, name: 'b' }])
  for (const statement of [
    sql`alter table accounts add column hacked text`,
    sql`create table mine ()`,
    sql`drop table accounts`,
    sql`truncate accounts`,
    sql`create temporary table mine ()`,
    sql`delete from drizzle.__drizzle_migrations`,
  ])
    await expect(db.execute(statement), JSON.stringify(statement)).rejects.toMatchObject(forbidden)
})

test('rows of an append-only table cannot be changed by the service’s role', async () => {
  await writeMigrations([createAccounts, createEntries])
  await migrate()
  // Rights that an earlier version granted are taken back.
  await migrate(['entries'])
  const db = openAs(appRole)
  await db.execute(sql`insert into entries (amount_minor) values (5)`)
  for (const statement of [
    sql`update entries set amount_minor = 6`,
    sql`delete from entries`,
    sql`truncate entries`,
    sql`insert into entries overriding system value values (1, 7) on conflict (id) do update set amount_minor = 7`,
  ])
    await expect(db.execute(statement)).rejects.toMatchObject(forbidden)
  expect(await rows(db, sql`select amount_minor from entries`)).toEqual([{ amount_minor: '5' }])
})

test('an append-only table that does not exist, and a role that is the owner, are refused', async () => {
  await writeMigrations([createAccounts])
  await expect(migrate(['entires'])).rejects.toThrow('entires')
  await expect(migrateDatabase({ url: urlAs(owner), folder, appRole: owner })).rejects.toThrow(
    'give the service another role',
  )
})

test('who may not migrate learns whether it was done, and what to run when not', async () => {
  await writeMigrations([createAccounts])
  await expect(requireMigrated(urlAs(appRole), folder)).rejects.toThrow('lacks 1 of 1 migrations, and MIGRATIONS=off')
  await migrate()
  await requireMigrated(urlAs(appRole), folder)
  await writeMigrations([createAccounts, createEntries])
  await expect(requireMigrated(urlAs(appRole), folder)).rejects.toThrow('lacks 1 of 2')
  await migrate()
  // Copies of the version before go on beside the new ones.
  await writeMigrations([createAccounts])
  await requireMigrated(urlAs(appRole), folder)
  await expect(openAs(appRole).execute(sql`delete from drizzle.__drizzle_migrations`)).rejects.toMatchObject(forbidden)
})
