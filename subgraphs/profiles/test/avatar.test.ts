import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { userDeleted } from '@gigraph/identity/events'
import { person, startTestServices } from '@gigraph/shared/testing'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { profilesService } from '../src/index.ts'
import { sweepUploads } from '../src/upload/sweep.ts'

const directory = mkdtempSync(join(tmpdir(), 'gigraph-uploads-'))
const start = () => startTestServices({ profiles: profilesService }, { environment: { UPLOAD_DIRECTORY: directory } })
let services: Awaited<ReturnType<typeof start>>
beforeAll(async () => {
  services = await start()
})
afterAll(async () => {
  await services.close()
  rmSync(directory, { recursive: true, force: true })
})

const Begin = /* GraphQL */ `mutation ($input: CreateUploadInput!) { createUpload(input: $input) { upload { id url headers { name value } } userErrors { code field } } }`
const SetAvatar = /* GraphQL */ `mutation ($id: ID!) { setAvatar(input: { uploadId: $id }) { avatar { url(size: SMALL) } userErrors { code field } } }`
const picture = () =>
  sharp({ create: { width: 300, height: 200, channels: 3, background: 'teal' } })
    .withExif({ IFD0: { Artist: 'secret place' } })
    .jpeg()
    .toBuffer()
const files = (folder: string) => readdirSync(join(directory, folder))

/** Addresses start with PUBLIC_URL; the test reaches the server where it listens. */
const reach = (address: string) =>
  new URL(new URL(address).pathname + new URL(address).search, services.profiles.service.url)
const begin = async (viewer: ReturnType<typeof person>, bytes: Uint8Array) =>
  (await services.profiles.as(viewer).query(Begin, { input: { contentType: 'image/jpeg', byteSize: bytes.length } }))
    .createUpload.upload
const put = (address: string, bytes: Uint8Array, type = 'image/jpeg') =>
  fetch(reach(address), { method: 'PUT', headers: { 'content-type': type }, body: new Uint8Array(bytes) })
const send = async (viewer: ReturnType<typeof person>, bytes: Uint8Array) => {
  const upload = await begin(viewer, bytes)
  expect((await put(upload.url, bytes)).status).toBe(204)
  return upload.id as string
}

test('a picture is sent, shown small and without metadata, replaced and erased with its files', async () => {
  const ann = person('FREELANCER')
  const id = await send(ann, await picture())
  const { setAvatar } = await services.profiles.as(ann).query(SetAvatar, { id })
  expect(setAvatar.userErrors).toEqual([])
  const shown = await fetch(reach(setAvatar.avatar.url))
  expect(shown.headers.get('content-type')).toBe('image/webp')
  expect(shown.headers.get('x-content-type-options')).toBe('nosniff')
  expect(shown.headers.get('content-security-policy')).toContain('sandbox')
  const metadata = await sharp(await shown.bytes()).metadata()
  expect(metadata).toMatchObject({ format: 'webp', width: 64, height: 64 })
  expect(metadata.exif).toBeUndefined()
  const next = await send(ann, await picture())
  await services.profiles.as(ann).query(SetAvatar, { id: next })
  expect(files('images').some((name) => name.startsWith(id))).toBe(false)
  expect(files('images').filter((name) => name.startsWith(next))).toHaveLength(3)
  expect(files('uploads')).not.toContain(next)
  await services.profiles.consume(userDeleted, { userId: ann.id })
  expect(files('images').some((name) => name.startsWith(next))).toBe(false)
})

test('an address takes what it was signed for, once, in time', async () => {
  const ann = person('CLIENT')
  const bytes = await picture()
  const { url } = await begin(ann, bytes)
  const altered = new URL(url)
  altered.searchParams.set('size', String(bytes.length + 1))
  expect((await put(altered.href, bytes)).status).toBe(403)
  expect((await put(url, bytes.subarray(1))).status).toBe(400)
  expect((await put(url, bytes, 'image/png')).status).toBe(400)
  expect((await put(url, bytes)).status).toBe(204)
  expect((await put(url, bytes)).status).toBe(400)
  const late = await begin(ann, bytes)
  services.profiles.clock.advance('16m')
  expect((await put(late.url, bytes)).status).toBe(403)
  expect((await fetch(new URL('/images/..%2f..%2fetc%2fpasswd', services.profiles.service.url))).status).toBe(404)
})

test('what is no picture, not sent, or somebody else’s is refused', async () => {
  const [ann, bob] = [person('CLIENT'), person('CLIENT')]
  const fake = await send(ann, Buffer.from('<svg onload="alert(1)"/> <?php'))
  expect((await services.profiles.as(ann).query(SetAvatar, { id: fake })).setAvatar).toEqual({
    avatar: null,
    userErrors: [{ code: 'VALIDATION', field: ['input', 'uploadId'] }],
  })
  const unsent = await begin(ann, await picture())
  expect((await services.profiles.as(ann).query(SetAvatar, { id: unsent.id })).setAvatar.userErrors).toMatchObject([
    { code: 'NOT_AVAILABLE' },
  ])
  expect((await services.profiles.as(bob).run(SetAvatar, { id: fake })).errors).toMatchObject([
    { extensions: { code: 'NOT_FOUND' } },
  ])
  expect((await services.profiles.anonymous.run(SetAvatar, { id: fake })).errors).toMatchObject([
    { extensions: { code: 'UNAUTHENTICATED' } },
  ])
  for (const [input, field] of [
    [{ contentType: 'image/svg+xml', byteSize: 10 }, 'contentType'],
    [{ contentType: 'image/png', byteSize: 5_000_001 }, 'byteSize'],
  ] as const)
    expect((await services.profiles.as(ann).query(Begin, { input })).createUpload.userErrors).toEqual([
      { code: 'VALIDATION', field: ['input', field] },
    ])
})

test('uploads that nobody uses are gone after a day', async () => {
  const ann = person('CLIENT')
  const id = await send(ann, await picture())
  services.profiles.clock.advance('23h')
  await services.profiles.runJob(sweepUploads, {})
  expect(files('uploads')).toContain(id)
  services.profiles.clock.advance('2h')
  await services.profiles.runJob(sweepUploads, {})
  expect(files('uploads')).not.toContain(id)
  expect((await services.profiles.as(ann).run(SetAvatar, { id })).errors).toMatchObject([
    { extensions: { code: 'NOT_FOUND' } },
  ])
})
