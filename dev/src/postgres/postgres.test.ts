import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCluster, isAlive } from './cluster.ts'
import { PostgresFailure, removePostgres, startPostgres } from './index.ts'
import { type Launched, launch, postmasterOf, query } from './testing/launched.ts'

const isRoot = process.getuid?.() === 0
const NOBODY = { uid: 65534, gid: 65534 }
const silent = { debug: () => undefined, info: () => undefined, error: () => undefined }

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

let template: string
let root: string
let dataDirectory: string
const running: Launched[] = []

beforeAll(async () => {
  template = mkdtempSync(join(tmpdir(), 'gigraph-postgres-template-'))
  chmodSync(template, 0o755)
  const launched = await launch({ dataDirectory: join(template, 'postgres') })
  await launched.stop()
})

afterAll(() => rmSync(template, { recursive: true, force: true }))

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gigraph-postgres-'))
  chmodSync(root, 0o755)
  dataDirectory = join(root, 'postgres')
})

/** For the tests of what comes after the creation: a copy costs a tenth of initdb. */
const copyTemplate = () => execFileSync('cp', ['-a', join(template, 'postgres'), dataDirectory])

afterEach(async () => {
  await Promise.all(running.splice(0).map((launched) => launched.stop()))
  rmSync(root, { recursive: true, force: true })
})

const start = async (options: object = {}, account = {}) => {
  const launched = await launch({ dataDirectory, ...options }, account)
  running.push(launched)
  return launched
}

describe('a start', () => {
  it('gives a UTF-8 database with the extensions that the services need', async () => {
    const { url } = await start()
    const rows = await query(
      url,
      'create extension pg_trgm',
      'create extension unaccent',
      'create extension citext',
      `select unaccent('Žluťoučký') as plain, similarity('graph', 'graphs') > 0.5 as similar, 'ÉCOLE'::citext = 'école' as same,
              current_setting('server_encoding') as encoding, current_setting('max_connections') as connections`,
    )
    expect(rows).toEqual([{ plain: 'Zlutoucky', similar: true, same: true, encoding: 'UTF8', connections: '400' }])
  })

  it('keeps the data of the one before, and takes settings', async () => {
    copyTemplate()
    const first = await start()
    await query(first.url, 'create table kept (n int)', 'insert into kept values (7)')
    await first.stop()
    const second = await start({ settings: { max_connections: 20 } })
    expect(await query(second.url, `select n, current_setting('max_connections') as c from kept`)).toEqual([
      { n: 7, c: '20' },
    ])
  })

  it('takes the next port when the wanted one is taken', async () => {
    copyTemplate()
    const other = createServer().listen(0, '127.0.0.1')
    await vi.waitFor(() => expect(other.listening).toBe(true))
    const address = other.address()
    const taken = typeof address === 'object' && address ? address.port : 0
    const { port, url } = await start({ port: taken })
    expect(port).toBeGreaterThan(taken)
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
    await new Promise((resolve) => other.close(resolve))
  })

  it('refuses a directory that is in use, and names who uses it', async () => {
    copyTemplate()
    const first = await start()
    const second = await start()
    expect(second.failure).toBe(
      `PostgresFailure: Gigraph already runs here as process ${first.pid}: stop it first (kill ${first.pid})`,
    )
    expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('refuses a directory with other files, another version or another password', async () => {
    mkdirSync(dataDirectory)
    writeFileSync(join(dataDirectory, 'letter.txt'), 'mine')
    expect((await start()).failure).toContain('holds other files than a database')
    expect((await start({ persistent: false })).failure).toContain('holds other files than a database')
    writeFileSync(join(dataDirectory, 'PG_VERSION'), '15\n')
    expect((await start()).failure).toContain('was written by version 15 and this is version 18')
    rmSync(dataDirectory, { recursive: true })
    copyTemplate()
    expect((await start({ password: 'another' })).failure).toContain('it has another password')
  })
})

describe('after a kill', () => {
  it('of the launcher the server ends by itself, and a start right after it works', async () => {
    copyTemplate()
    const first = await start()
    await query(first.url, 'create table kept as select 1 as n')
    const postmaster = postmasterOf(dataDirectory)
    await first.kill()
    const second = await start()
    expect(isAlive(postmaster)).toBe(false)
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 1 }])
  })

  it('of launcher and server the data are recovered past the stale postmaster.pid', async () => {
    copyTemplate()
    const first = await start()
    await query(first.url, 'create table kept as select 2 as n')
    process.kill(postmasterOf(dataDirectory), 'SIGKILL')
    await first.kill()
    expect(existsSync(join(dataDirectory, 'postmaster.pid'))).toBe(true)
    const second = await start()
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 2 }])
  })

  it('a postmaster.pid whose number belongs to another program is removed', async () => {
    copyTemplate()
    const file = join(dataDirectory, 'postmaster.pid')
    writeFileSync(file, `${process.pid}\n${dataDirectory}\n0\n5432\n\n127.0.0.1\n`)
    const second = await start()
    expect(second.failure).toBeUndefined()
    expect(postmasterOf(dataDirectory)).not.toBe(process.pid)
  })

  it('of the server alone the launcher is told', async () => {
    const lost: string[] = []
    const options = { dataDirectory, password: 'x', persistent: false, log: silent }
    const postgres = await startPostgres({ ...options, onLost: (why) => lost.push(why) })
    process.kill(postmasterOf(postgres.dataDirectory), 'SIGKILL')
    await vi.waitFor(() => expect(lost[0]).toMatch(/^PostgreSQL: running failed: /), 5_000)
    await postgres.stop()
  })
})

describe('the end', () => {
  it('is clean, may be asked for twice, and keeps only persistent data', async () => {
    const options = { dataDirectory, password: 'x', log: silent }
    const kept = await startPostgres({ ...options, persistent: true })
    await Promise.all([kept.stop(), kept.stop()])
    expect(existsSync(join(dataDirectory, 'postmaster.pid'))).toBe(false)
    const thrown = await startPostgres({ ...options, password: 'y', persistent: false })
    expect(await query(thrown.url, `select current_setting('fsync') as fsync`)).toEqual([{ fsync: 'off' }])
    await thrown.stop()
    expect(existsSync(dataDirectory)).toBe(false)
  })

  it('of all data comes with removePostgres, but not under a running server', async () => {
    copyTemplate()
    const first = await start()
    await expect(removePostgres(dataDirectory)).rejects.toThrow(`already runs here as process ${first.pid}`)
    await first.stop()
    await removePostgres(dataDirectory)
    expect(readdirSync(root)).toEqual([])
  })
})

it('leaves no half of a database when initdb fails', () => {
  const initdb = join(root, 'initdb')
  writeFileSync(
    initdb,
    '#!/bin/sh\necho half > "$2/PG_VERSION"\necho "could not write: No space left on device" >&2\nexit 1\n',
  )
  chmodSync(initdb, 0o755)
  mkdirSync(`${dataDirectory}.new-999999999`)
  const options = { directory: dataDirectory, account: undefined, user: 'postgres', password: 'x', durable: false }
  expect(() => createCluster({ ...options, programs: { initdb, postgres: initdb } })).toThrow(
    new PostgresFailure(`PostgreSQL: creating the database failed: the disk that holds ${dataDirectory} is full`),
  )
  expect(readdirSync(root)).toEqual(['initdb'])
})

describe.runIf(isRoot)('for root', () => {
  it('runs under an account without rights, that owns the data', async () => {
    await start()
    expect(statSync(dataDirectory).uid).not.toBe(0)
  })

  it('serves an ordinary user the same way, and takes over that user’s data', async () => {
    chmodSync(root, 0o777)
    const own = await start({}, NOBODY)
    await query(own.url, 'create table mine as select 3 as n')
    await own.stop()
    expect(statSync(dataDirectory).uid).toBe(NOBODY.uid)
    const asRoot = await start()
    expect(await query(asRoot.url, 'select n from mine')).toEqual([{ n: 3 }])
    expect(statSync(dataDirectory).uid).toBe(NOBODY.uid)
  })

  it('tells an ordinary user that the data belong to another account', async () => {
    copyTemplate()
    const { uid } = statSync(dataDirectory)
    if (uid === NOBODY.uid) chmodSync(dataDirectory, 0o000)
    expect((await start({}, NOBODY)).failure).toContain(`belongs to another account (uid ${uid})`)
  })

  it('tells an ordinary user that the place is not writable', async () => {
    expect((await start({}, NOBODY)).failure).toMatch(/no permission to write in /)
  })

  it('keeps the data elsewhere when the account cannot enter the wanted place', async () => {
    chmodSync(root, 0o700)
    const launched = await start()
    expect(launched.info).toContain(`cannot enter ${dataDirectory}`)
    expect(launched.dataDirectory).toMatch(/^\/var\/tmp\/gigraph-postgres-/)
    expect(await query(launched.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await launched.stop()
    await removePostgres(dataDirectory)
    const thrown = await start({ persistent: false })
    expect(thrown.dataDirectory).toBe(launched.dataDirectory)
    await thrown.stop()
    expect(existsSync(dirname(launched.dataDirectory ?? '/'))).toBe(false)
  })
})
