import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dropDatabase, ensureDatabase, ensureRole, openDatabase, rows } from './index.ts'
import { type DisposableServer, startDisposableServer } from './testing/disposable-server.ts'

let server: DisposableServer
beforeAll(async () => {
  server = await startDisposableServer()
}, 60_000)
afterAll(() => server.stop())

const five = <T>(work: (index: number) => Promise<T>): Promise<T[]> => Promise.all([0, 1, 2, 3, 4].map(work))
const name = `odd "name" -- it's`

test('the same database and role may be ensured and dropped by many at once', async () => {
  const adminUrl = server.url()
  await five(() => ensureRole({ adminUrl, name, password: 'a' }))
  await five((index) => ensureRole({ adminUrl, name, password: `b${index}` }))
  await five(() => ensureDatabase({ adminUrl, name, owner: name, appRole: name }))
  const { db, close } = openDatabase({ url: server.url(name), applicationName: 'test' })
  expect(await rows(db, sql`select pg_get_userbyid(datdba) as owner from pg_database where datname = ${name}`)).toEqual(
    [{ owner: name }],
  )
  await five(() => dropDatabase({ adminUrl, name }))
  await expect(db.execute(sql`select 1`)).rejects.toThrow()
  await close()
})

test('copies of a template carry its rows, also when made in parallel', async () => {
  const adminUrl = server.url()
  await ensureDatabase({ adminUrl, name: 'template' })
  const source = openDatabase({ url: server.url('template'), applicationName: 'test' })
  await source.db.execute(sql`create table seeds as select 'oak' as kind`)
  await source.close()
  const kinds = await five(async (index) => {
    await ensureDatabase({ adminUrl, name: `copy ${index}`, template: 'template' })
    const copy = openDatabase({ url: server.url(`copy ${index}`), applicationName: 'test' })
    const found = await rows<{ kind: string }>(copy.db, sql`select kind from seeds`)
    await copy.close()
    return found
  })
  expect(kinds).toEqual(Array(5).fill([{ kind: 'oak' }]))
})
