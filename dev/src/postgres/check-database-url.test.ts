import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { freePort } from '../ports/index.ts'
import { checkDatabaseUrl, type Postgres, startPostgres } from './index.ts'
import { query } from './testing/launched.ts'

const silent = { debug: () => undefined, info: () => undefined, error: () => undefined }

let root: string
let postgres: Postgres

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'gigraph-check-url-'))
  const dataDirectory = join(root, 'postgres')
  postgres = await startPostgres({ dataDirectory, password: 'admin-secret', persistent: false, log: silent })
  await query(
    postgres.url,
    `create role poor login password 'poor'`,
    `create role builder login createdb password 'builder'`,
    `create role locked nologin password 'locked'`,
  )
}, 30_000)

afterAll(async () => {
  await postgres.stop()
  rmSync(root, { recursive: true, force: true })
})

const at = (login: string, database = 'postgres') => `postgres://${login}@127.0.0.1:${postgres.port}/${database}`

describe('checkDatabaseUrl', () => {
  it('accepts a superuser and an account that may create databases', async () => {
    expect(await checkDatabaseUrl(postgres.url)).toEqual({ version: 18, canCreateRoles: true })
    expect(await checkDatabaseUrl(at('builder:builder'))).toEqual({ version: 18, canCreateRoles: false })
  })

  it.each([
    ['no URL', () => 'localhost:5432', 'expected postgres://user:password@host:port/database'],
    ['another scheme', () => 'mysql://a:b@localhost/x', 'expected postgres://user:password@host:port/database'],
    [
      'an unknown host',
      () => 'postgres://a:b@no-such-host.invalid/x',
      'the host of no-such-host.invalid:5432 is not known',
    ],
    ['a wrong password', () => at('builder:wrong'), 'wrong password for user builder on 127.0.0.1:'],
    ['an unknown user', () => at('stranger:x'), 'wrong password for user stranger on 127.0.0.1:'],
    ['an account that may not log in', () => at('locked:locked'), 'does not let locked in: '],
    ['an unknown database', () => at('builder:builder', 'nowhere'), 'has no database nowhere'],
    ['no right to create databases', () => at('poor:poor'), 'may not create databases: ALTER ROLE "poor" CREATEDB'],
    ['a server without TLS', () => `${at('builder:builder')}?sslmode=require`, 'SSL'],
  ])('tells %s in one line without the password', async (_what, url, expected) => {
    const failure = await checkDatabaseUrl(url()).catch((error: Error) => error)
    expect(failure).toBeInstanceOf(Error)
    const { message, name } = failure as Error
    expect(name).toBe('PostgresFailure')
    expect(message).toMatch(/^DATABASE_URL: /)
    expect(message).toContain(expected)
    expect(message).not.toContain('\n')
    expect(message).not.toMatch(/:wrong|builder:builder|secret/)
  })

  it('tells that nothing listens', async () => {
    const port = await freePort()
    await expect(checkDatabaseUrl(`postgres://a:b@127.0.0.1:${port}/x`)).rejects.toThrow(
      `DATABASE_URL: nothing listens on 127.0.0.1:${port}`,
    )
  })

  it('gives up on a server that accepts and says nothing', async () => {
    const mute = createServer((socket) => socket.on('error', () => undefined))
    mute.listen(0, '127.0.0.1')
    await vi.waitFor(() => expect(mute.listening).toBe(true))
    const address = mute.address()
    const port = typeof address === 'object' && address ? address.port : 0
    await expect(checkDatabaseUrl(`postgres://a:b@127.0.0.1:${port}/x`)).rejects.toThrow('does not answer')
    mute.close()
  }, 10_000)
})
