import { userDeleted } from '@gigraph/identity/events'
import type { Viewer } from '@gigraph/shared/auth'
import { person } from '@gigraph/shared/testing'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { begin, picture, startWithFiles, upload, type WithFiles } from './support/uploads.ts'

let services: WithFiles
beforeAll(async () => {
  services = await startWithFiles()
})
afterAll(() => services.close())

const SetAvatar = /* GraphQL */ `mutation ($id: ID!) { setAvatar(input: { uploadId: $id }) {
  avatar { id status url(size: SMALL) } userErrors { code field } } }`
const Avatar = /* GraphQL */ `query ($of: [_Any!]!) { _entities(representations: $of) {
  ... on User { avatar { id status width height url(size: SMALL) } } } }`

const set = async (viewer: Viewer, id: string) =>
  (await services.profiles.as(viewer).query(SetAvatar, { id })).setAvatar
const shown = async ({ id }: Viewer) =>
  (await services.profiles.anonymous.query(Avatar, { of: [{ __typename: 'User', id }] }))._entities[0].avatar
const sent = (viewer: Viewer, bytes: Uint8Array) => upload(services, viewer, bytes, { purpose: 'AVATAR' })

test('a picture is shown once it is ready, small and without metadata, replaced and erased with its files', async () => {
  const ann = person('FREELANCER')
  const id = await sent(ann, await picture())
  expect(await set(ann, id)).toEqual({ avatar: { id, status: 'PROCESSING', url: null }, userErrors: [] })
  expect(await shown(ann)).toBeNull()
  await services.work()
  const avatar = await shown(ann)
  expect(avatar).toMatchObject({ id, status: 'READY', width: 512, height: 512 })
  const answer = await fetch(services.reach(avatar.url))
  expect(answer.headers.get('content-type')).toBe('image/webp')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  expect(answer.headers.get('content-security-policy')).toContain('sandbox')
  expect(answer.headers.get('cache-control')).toContain('immutable')
  const metadata = await sharp(await answer.bytes()).metadata()
  expect(metadata).toMatchObject({ format: 'webp', width: 64, height: 64 })
  expect(metadata.exif).toBeUndefined()

  const next = await sent(ann, await picture())
  await set(ann, next)
  expect((await shown(ann)).id).toBe(id)
  await services.work()
  expect((await shown(ann)).id).toBe(next)
  expect(services.files('images').some((name) => name.startsWith(id))).toBe(false)
  expect(services.files('images').filter((name) => name.startsWith(next))).toHaveLength(3)
  expect(services.files('uploads')).not.toContain(next)

  await services.profiles.consume(userDeleted, { userId: ann.id })
  await services.work()
  expect(services.files('images').some((name) => name.startsWith(next))).toBe(false)
  expect(await shown(ann)).toBeNull()
})

test('a picture that is ready is shown at once, and removed with its files', async () => {
  const ann = person('CLIENT')
  const id = await sent(ann, await picture())
  await services.work()
  expect((await set(ann, id)).avatar).toMatchObject({ status: 'READY' })
  expect((await shown(ann)).id).toBe(id)
  await services.profiles.as(ann).query('mutation { removeAvatar { avatar { id } userErrors { code } } }')
  await services.work()
  expect(await shown(ann)).toBeNull()
  expect(services.files('images').some((name) => name.startsWith(id))).toBe(false)
})

test('what turns out to be no picture leaves the one before', async () => {
  const ann = person('CLIENT')
  const good = await sent(ann, await picture())
  await set(ann, good)
  await services.work()
  const fake = await sent(ann, Buffer.from('<svg onload="alert(1)"/> <?php'))
  expect((await set(ann, fake)).avatar.status).toBe('PROCESSING')
  await services.work()
  expect((await shown(ann)).id).toBe(good)
  expect((await set(ann, fake)).userErrors).toEqual([{ code: 'VALIDATION', field: ['input', 'uploadId'] }])
})

test('what is not sent, for something else, or somebody else’s is refused', async () => {
  const [ann, bob] = [person('CLIENT'), person('CLIENT')]
  const id = await sent(ann, await picture())
  const unsent = await begin(services, ann, await picture(), { purpose: 'AVATAR' })
  expect((await set(ann, unsent.upload.id)).userErrors).toEqual([
    { code: 'NOT_AVAILABLE', field: ['input', 'uploadId'] },
  ])
  const other = await upload(services, ann, await picture(), { purpose: 'GIG_IMAGE' })
  expect((await set(ann, other)).userErrors).toEqual([{ code: 'VALIDATION', field: ['input', 'uploadId'] }])
  expect((await services.profiles.as(bob).run(SetAvatar, { id })).errors).toMatchObject([
    { extensions: { code: 'NOT_FOUND' } },
  ])
  expect((await services.profiles.anonymous.run(SetAvatar, { id })).errors).toMatchObject([
    { extensions: { code: 'UNAUTHENTICATED' } },
  ])
})
