import { transaction } from '@gigraph/shared/database'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endDataExports, findOptionalDataExport } from '../src/export/data-export-store.ts'
import { collectDataExport, sendDataExportMail, sweepDataExports } from '../src/export/export-jobs.ts'
import { type Identity, startIdentity } from './start-identity.ts'

let identity: Identity
const people: Awaited<ReturnType<Identity['createLogin']>>[] = []

const next = () => {
  const person = people.pop()
  if (!person) throw new Error('log in more people')
  return person
}
beforeAll(async () => {
  identity = await startIdentity()
  // Logging in runs the waiting jobs; those of exports are for the tests to run.
  for (let count = 0; count < 5; count += 1) people.push(await identity.createLogin())
})
afterAll(() => identity.close())

const Export = 'mutation { exportMyData { dataExport { id status } userErrors { code } } }'
const Status = '{ viewer { dataExport { id status requestedAt readyAt expiresAt byteSize } } }'

const begin = async () => {
  const { client, user } = next()
  const { exportMyData } = await client.query(Export)
  const dataExportId: string = exportMyData.dataExport.id
  const status = async () => (await findOptionalDataExport(identity.context.db, dataExportId))?.status
  return { client, user, dataExportId, status }
}
const orders = async () => (await identity.outbox(collectDataExport.name)).map(({ dataExportId }) => dataExportId)

test('once a day, and the viewer sees how far it is', async () => {
  const { client, dataExportId } = await begin()
  expect((await client.query(Status)).viewer.dataExport).toEqual({
    id: dataExportId,
    status: 'PENDING',
    requestedAt: identity.clock.now().toISOString(),
    readyAt: null,
    expiresAt: null,
    byteSize: null,
  })
  expect((await client.query(Export)).exportMyData).toEqual({
    dataExport: null,
    userErrors: [{ code: 'LIMIT_EXCEEDED' }],
  })
})

test('twenty requests at once begin one export', async () => {
  const { client } = next()
  const answers = await Promise.all(Array.from({ length: 20 }, () => client.query(Export)))
  expect(answers.filter(({ exportMyData }) => exportMyData.dataExport)).toHaveLength(1)
})

test('with the account the export goes too', async () => {
  const { user, status } = await begin()
  const { db, clock } = identity.context
  await transaction(db, (tx) => endDataExports(tx, user.id, clock.now()))
  expect(await status()).toBe('FAILED')
})

test('links that are none are not found, whatever they look like', async () => {
  for (const token of ['x', 'a'.repeat(43), 'a'.repeat(5_000), '..%2f..%2fetc%2fpasswd', '%00'])
    expect((await fetch(`${identity.service.url}/exports/${token}`)).status).toBeGreaterThanOrEqual(400)
  const { status, headers } = await fetch(`${identity.service.url}/exports/${'a'.repeat(43)}`)
  expect([status, headers.get('x-content-type-options')]).toEqual([404, 'nosniff'])
})

test('not by a login of longer ago', async () => {
  const { viewer } = next()
  const old = identity.as({ ...viewer, authenticatedAt: viewer.authenticatedAt - 16 * 60 })
  expect((await old.run(Export)).errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN', reason: 'FRESH_LOGIN_REQUIRED' } },
  ])
})

test('a service that is down fails the job and nothing else: it is tried again, and given up after three days', async () => {
  const { dataExportId, status, user } = await begin()
  // Of the other services only orders runs here.
  await expect(identity.runJob(collectDataExport, { dataExportId })).rejects.toThrow()
  expect(await status()).toBe('PENDING')
  expect(await identity.context.storage.find(`exports/${dataExportId}.zip`)).toBeNull()
  await identity.runJob(sendDataExportMail, { dataExportId })
  expect(identity.mail.to(user.email).map(({ subject }) => subject)).not.toContain('Your data is ready')

  await identity.runJob(sweepDataExports, {})
  expect((await orders()).filter((id) => id === dataExportId)).toHaveLength(1)
  identity.clock.advance('31m')
  await identity.runJob(sweepDataExports, {})
  expect((await orders()).filter((id) => id === dataExportId)).toHaveLength(2)
  identity.clock.advance('3d')
  await identity.runJob(sweepDataExports, {})
  expect(await status()).toBe('FAILED')
})
