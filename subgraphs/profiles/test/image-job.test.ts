import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '@gigraph/shared/logging'
import { type RunningService, startService } from '@gigraph/shared/service'
import { createTestDatabase, person, type TestDatabase } from '@gigraph/shared/testing'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { profilesService } from '../src/index.ts'
import { picture } from './support/uploads.ts'

const directory = mkdtempSync(join(tmpdir(), 'gigraph-files-'))
let database: TestDatabase
let service: RunningService<never>

beforeAll(async () => {
  database = await createTestDatabase(profilesService)
  const { publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  service = (await startService(profilesService, {
    environment: {
      DATABASE_URL: database.url,
      MIGRATION_DATABASE_URL: database.ownerUrl,
      JOBS_DATABASE_URL: database.ownerUrl,
      VIEWER_ASSERTION_PUBLIC_KEY: JSON.stringify(await exportJWK(publicKey)),
      SERVICE_SECRET: 'a secret of the tests, of no worth elsewhere',
      UPLOAD_DIRECTORY: directory,
    },
    log: createLogger({ name: 'profiles', level: 'fatal' }),
  })) as unknown as RunningService<never>
}, 30_000)
afterAll(async () => {
  await service.close()
  await database.drop()
  rmSync(directory, { recursive: true, force: true })
})

const Begin = /* GraphQL */ `mutation ($size: Int!) { createUpload(input: { purpose: AVATAR, contentType: "image/jpeg", byteSize: $size }) { upload { id } request { url headers { name value } } } }`
const SetAvatar = 'mutation ($id: ID!) { setAvatar(input: { uploadId: $id }) { avatar { id } userErrors { code } } }'
const Look = 'query ($id: ID!) { upload(id: $id) { status image { url(size: LARGE) } } }'

test('whoever polls sees the picture, which a worker of the queue has made', { timeout: 30_000 }, async () => {
  const caller = { viewer: person('CLIENT'), address: '', userAgent: '' }
  const run = async (query: string, variables: object) => {
    const { data, errors } = await service.execute({ query, variables: { ...variables }, caller, requestId: 'test' })
    expect(errors).toBeUndefined()
    // biome-ignore lint/suspicious/noExplicitAny: the shape of the test's own documents
    return data as any
  }
  const bytes = await picture()
  const { upload, request } = (await run(Begin, { size: bytes.length })).createUpload
  const { pathname, search } = new URL(request.url)
  const sent = await fetch(new URL(pathname + search, service.url), {
    method: 'PUT',
    headers: { 'content-type': 'image/jpeg' },
    body: new Uint8Array(bytes),
  })
  expect(sent.status).toBe(204)
  expect((await run(SetAvatar, upload)).setAvatar.userErrors).toEqual([])
  const look = async () => (await run(Look, upload)).upload
  await expect.poll(async () => (await look()).status, { timeout: 20_000 }).toBe('READY')
  const { image } = await look()
  expect((await fetch(new URL(new URL(image.url).pathname, service.url))).headers.get('content-type')).toBe(
    'image/webp',
  )
})
