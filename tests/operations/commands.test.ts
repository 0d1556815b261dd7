import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseEnv } from 'node:util'
import { makeEnvironmentFile } from '@gigraph/dev/ops'
import { serviceNames } from '@gigraph/dev/stack'
import pg from 'pg'
import { expect, inject, it } from 'vitest'
import '@gigraph/shared/testing'

const root = new URL('../../', import.meta.url)

/** Runs a command of dev/src/ops, or a program of the checkout, with these variables and no others. */
const run = (command: string, variables: Record<string, string>) =>
  new Promise<{ code: number; output: string }>((resolve) => {
    const { PATH, NODE_COMPILE_CACHE } = process.env
    const options = { cwd: root, env: { PATH, NODE_COMPILE_CACHE, ...variables }, timeout: 60_000 }
    execFile(
      process.execPath,
      [command.includes('/') ? command : `dev/src/ops/${command}.ts`],
      options,
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    )
  })

const query = async (connectionString: string, statement: string) => {
  const client = new pg.Client({ connectionString })
  await client.connect()
  return client.query(statement).finally(() => client.end())
}

it('databases:make makes every database with an owner and a role of fewer rights, once', {
  timeout: 120_000,
}, async () => {
  const DATABASE_PASSWORD = 'only-for-this-test-and-long-enough'
  const variables = { DATABASE_URL: inject('postgresUrl'), DATABASE_PASSWORD }
  expect(await run('databases-command', variables)).toMatchObject({ code: 0 })
  expect(await run('databases-command', variables)).toMatchObject({ code: 0 })
  const urlOf = (database: string, role: string) => {
    const url = new URL(inject('postgresUrl'))
    return Object.assign(url, { pathname: `/${database}`, username: role, password: DATABASE_PASSWORD }).href
  }
  const isRight = async (database: string) => {
    await expect(query(urlOf(database, database), 'create table mine (id int)')).rejects.toThrow('permission denied')
    await query(urlOf(database, `${database}_owner`), 'create table mine (id int); drop table mine')
  }
  await Promise.all(serviceNames.map((name) => isRight(`gigraph_${name}`)))
  await expect(query(urlOf('gigraph_payments', 'gigraph_orders'), 'select 1')).rejects.toThrow('permission denied')
})

it('a service’s database is brought up to date by its owner alone, whose password is its own', {
  timeout: 120_000,
}, async () => {
  const [DATABASE_PASSWORD, own] = ['only-for-this-test-and-long-enough', 'known-to-the-owner-of-reviews-alone']
  const ROLE_PASSWORDS = JSON.stringify({ gigraph_reviews_owner: own })
  const made = await run('databases-command', {
    DATABASE_URL: inject('postgresUrl'),
    DATABASE_PASSWORD,
    ROLE_PASSWORDS,
  })
  expect(made).toMatchObject({ code: 0 })
  const urlAs = (username: string, password: string) =>
    Object.assign(new URL(inject('postgresUrl')), { pathname: '/gigraph_reviews', username, password }).href
  const program = 'subgraphs/reviews/src/main.ts'
  const variables = { MIGRATIONS: 'only', DATABASE_URL: urlAs('gigraph_reviews', DATABASE_PASSWORD) }
  const wrong = urlAs('gigraph_reviews_owner', DATABASE_PASSWORD)
  expect(await run(program, { ...variables, MIGRATION_DATABASE_URL: wrong })).toMatchObject({ code: 1 })
  const right = { ...variables, MIGRATION_DATABASE_URL: urlAs('gigraph_reviews_owner', own) }
  expect((await run(program, right)).output).toMatch(/^reviews: [1-9]\d* migrations applied/m)
})

it('databases:make names every variable that is missing', async () => {
  const { code, output } = await run('databases-command', { DATABASE_PASSWORD: 'short' })
  expect(code).toBe(1)
  expect(output).toMatch(/DATABASE_URL.*\n.*DATABASE_PASSWORD/)
})

it.each([
  [200, 0],
  [503, 1],
])('the health check of a program that answers %i ends with %i', async (status, code) => {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/health/ready' ? status : 404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const PORT = String((server.address() as AddressInfo).port)
  expect((await run('health-command', { PORT })).code).toBe(code)
  await new Promise((resolve) => server.close(resolve))
  expect((await run('health-command', { PORT })).code).toBe(1)
})

it('secrets are new each time, long, and two halves of one key', async () => {
  const [one, other] = [parseEnv(await makeEnvironmentFile()), parseEnv(await makeEnvironmentFile())]
  for (const [name, value = ''] of Object.entries(one)) {
    if (name.startsWith('STRIPE_')) continue
    expect(value.length).toBeGreaterThanOrEqual(32)
    expect(other[name]).not.toBe(value)
  }
  const { d, ...published } = JSON.parse(one.ASSERTION_KEY ?? '{}') as Record<string, string>
  expect(d).toBeTruthy()
  expect(JSON.parse(one.VIEWER_ASSERTION_PUBLIC_KEY ?? '{}')).toEqual(published)
})
