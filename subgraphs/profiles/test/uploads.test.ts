import { userDeleted } from '@gigraph/identity/events'
import type { Viewer } from '@gigraph/shared/auth'
import { startS3 } from '@gigraph/shared/storage/testing'
import { person } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { uploads } from '../src/tables.ts'
import { removeFiles } from '../src/upload/remove-files.ts'
import { sweepUploads } from '../src/upload/sweep.ts'
import { begin, pdf, picture, send, startWithFiles, upload, type WithFiles } from './support/uploads.ts'

const Status = /* GraphQL */ `query ($id: ID!) { upload(id: $id) {
  status failure contentType byteSize image { status width height alt small: url(size: SMALL) large: url(size: LARGE) } } }`
const Complete = /* GraphQL */ `mutation ($id: ID!) { completeUpload(input: { uploadId: $id }) { upload { status } userErrors { code } } }`
const Images = /* GraphQL */ `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Image { id status } } }`

let services: WithFiles
beforeAll(async () => {
  services = await startWithFiles()
})
afterAll(() => services.close())

const statusOf = async (viewer: Viewer, id: string, of = services) =>
  (await of.profiles.as(viewer).query(Status, { id })).upload
const procedure = (name: string, input: object, of = services) =>
  of.profiles.service.procedure(name, input, makeId()) as Promise<Record<string, never>>

describe('what is sent', () => {
  test('becomes three sizes of the whole picture, never larger than it was', async () => {
    const ann = person('FREELANCER')
    const id = await upload(services, ann, await picture(1_200, 600), { purpose: 'GIG_IMAGE', alt: 'A lake' })
    expect(await statusOf(ann, id)).toMatchObject({
      status: 'PROCESSING',
      image: { status: 'PROCESSING', large: null },
    })
    await services.work()
    const { image, ...rest } = await statusOf(ann, id)
    expect(rest).toMatchObject({ status: 'READY', contentType: 'image/webp' })
    expect(image).toMatchObject({ status: 'READY', width: 1_200, height: 600, alt: 'A lake' })
    const small = await sharp(await (await fetch(services.reach(image.small))).bytes()).metadata()
    expect(small).toMatchObject({ format: 'webp', width: 320, height: 160 })
    expect(services.files('uploads')).not.toContain(id)
  })

  test('stands upright whatever its camera said', async () => {
    const ann = person('FREELANCER')
    const sideways = await sharp(await picture(200, 100))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    const id = await upload(services, ann, sideways, { purpose: 'PORTFOLIO_IMAGE' })
    await services.work()
    expect((await statusOf(ann, id)).image).toMatchObject({ width: 100, height: 200 })
  })

  test.each([
    ['a script', 'GIG_IMAGE', 'image/png', async () => Buffer.from('<script>alert(1)</script>')],
    [
      'a drawing with scripts',
      'GIG_IMAGE',
      'image/png',
      async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="alert(1)"/>'),
    ],
    ['a document as a picture', 'AVATAR', 'image/png', async () => pdf],
    ['half a picture', 'AVATAR', 'image/jpeg', async () => (await picture()).subarray(0, 400)],
    [
      'more pixels than are decoded',
      'GIG_IMAGE',
      'image/png',
      () =>
        sharp({ create: { width: 12_001, height: 10, channels: 3, background: 'red' } })
          .png()
          .toBuffer(),
    ],
    [
      'a bomb',
      'GIG_IMAGE',
      'image/png',
      () =>
        sharp({ create: { width: 9_000, height: 9_000, channels: 3, background: 'red' }, limitInputPixels: false })
          .png()
          .toBuffer(),
    ],
    [
      'a page as a document',
      'VERIFICATION_DOCUMENT',
      'application/pdf',
      async () => Buffer.from('<html><script>alert(1)</script>'),
    ],
    ['an archive as proof', 'VERIFICATION_DOCUMENT', 'application/pdf', async () => Buffer.from('PK\x03\x04 and more')],
  ] as const)('%s is refused by its content', async (_, purpose, contentType, make) => {
    const ann = person('CLIENT')
    const id = await upload(services, ann, await make(), { purpose, contentType })
    await services.work()
    expect(await statusOf(ann, id)).toMatchObject({ status: 'FAILED', failure: expect.any(String) })
    for (const folder of ['uploads', 'images', 'documents'])
      expect(services.files(folder).filter((name) => name.startsWith(id))).toEqual([])
    expect(await procedure('claimUploads', { ownerId: ann.id, uploadIds: [id], purpose })).toEqual({
      claimed: false,
      refused: [{ id, reason: 'UNUSABLE' }],
    })
  })

  test('is processed once, however often the job runs', async () => {
    const ann = person('FREELANCER')
    const id = await upload(services, ann, await picture(), { purpose: 'GIG_IMAGE' })
    const run = () => services.profiles.service.runJob('process-upload', { uploadId: id })
    await Promise.all([run(), run()])
    await services.work()
    await run()
    expect(await statusOf(ann, id)).toMatchObject({ status: 'READY' })
    expect(services.files('images').filter((name) => name.startsWith(id))).toHaveLength(3)
  })
})

test('a file of many megabytes goes straight to the disk', async () => {
  const ann = person('CLIENT')
  const large = Buffer.concat([pdf, Buffer.alloc(20_000_000, ' ')])
  const id = await upload(services, ann, large, { purpose: 'JOB_ATTACHMENT', contentType: 'application/pdf' })
  await services.work()
  expect(await statusOf(ann, id)).toMatchObject({ status: 'READY', byteSize: large.length })
})

test('whoever was erased begins nothing more', async () => {
  const ann = person('CLIENT')
  await services.profiles.consume(userDeleted, { userId: ann.id })
  await expect(begin(services, ann, pdf, { purpose: 'AVATAR', contentType: 'image/png' })).rejects.toThrow('NOT_FOUND')
})

describe('beginning', () => {
  test.each([
    ['GIG_IMAGE', 'image/svg+xml', 10, 'contentType'],
    ['AVATAR', 'application/pdf', 10, 'contentType'],
    ['AVATAR', 'image/png', 5_000_001, 'byteSize'],
    ['JOB_ATTACHMENT', 'application/zip', 25_000_001, 'byteSize'],
    ['VERIFICATION_DOCUMENT', 'application/zip', 10, 'contentType'],
    ['AVATAR', 'image/png', 0, 'byteSize'],
  ])('%s of %s with %i bytes is refused at %s', async (purpose, contentType, byteSize, field) => {
    const begun = await begin(services, person('CLIENT'), { length: byteSize } as Uint8Array, { purpose, contentType })
    expect(begun).toMatchObject({
      upload: null,
      request: null,
      userErrors: [{ code: 'VALIDATION', field: ['input', field] }],
    })
  })

  test('is possible a hundred times a day, however many begin at once', async () => {
    const ann = person('CLIENT')
    const bytes = await picture()
    const { db, clock } = services.profiles.context
    const row = { userId: ann.id, purpose: 'AVATAR' as const, status: 'WAITING' as const, fileName: 'file', alt: '' }
    const rest = { contentType: 'image/jpeg', byteSize: 1, createdAt: clock.now() }
    await db.insert(uploads).values(Array.from({ length: 97 }, () => ({ ...row, ...rest, id: makeId() })))
    const begun = await Promise.all(Array.from({ length: 6 }, () => begin(services, ann, bytes, { purpose: 'AVATAR' })))
    expect(begun.filter(({ upload: made }) => made)).toHaveLength(3)
    expect(begun.find(({ upload: made }) => !made)?.userErrors).toMatchObject([{ code: 'LIMIT_EXCEEDED' }])
  })

  test('is the owner’s to see only', async () => {
    const ann = person('CLIENT')
    const { upload: begun } = await begin(services, ann, await picture(), { purpose: 'AVATAR' })
    expect(begun).toMatchObject({ status: 'WAITING', image: null })
    for (const [viewer, code] of [
      [person('CLIENT'), 'NOT_FOUND'],
      [null, 'UNAUTHENTICATED'],
    ] as const)
      for (const document of [Status, Complete])
        expect((await services.profiles.as(viewer).run(document, { id: begun.id })).errors).toMatchObject([
          { extensions: { code } },
        ])
    expect((await services.profiles.as(ann).query(Complete, { id: begun.id })).completeUpload.userErrors).toMatchObject(
      [{ code: 'NOT_AVAILABLE' }],
    )
  })
})

describe('other services', () => {
  test('claim all or nothing, as often as they like, and release', async () => {
    const [ann, bob] = [person('CLIENT'), person('CLIENT')]
    const mine = await upload(services, ann, pdf, {
      purpose: 'JOB_ATTACHMENT',
      contentType: 'application/pdf',
      fileName: '../../etc/brief\u0007.pdf',
    })
    const wrong = await upload(services, ann, await picture(), { purpose: 'GIG_IMAGE' })
    const unsent = (await begin(services, ann, pdf, { purpose: 'JOB_ATTACHMENT', contentType: 'application/pdf' }))
      .upload.id
    const others = await upload(services, bob, pdf, { purpose: 'JOB_ATTACHMENT', contentType: 'application/pdf' })
    const unknown = makeId()
    const claim = (uploadIds: string[]) =>
      procedure('claimUploads', { ownerId: ann.id, uploadIds, purpose: 'JOB_ATTACHMENT' })
    expect(await claim([mine, wrong, unsent, others, unknown])).toEqual({
      claimed: false,
      refused: [
        { id: wrong, reason: 'WRONG_PURPOSE' },
        { id: unsent, reason: 'NOT_SENT' },
        { id: others, reason: 'UNKNOWN' },
        { id: unknown, reason: 'UNKNOWN' },
      ],
    })
    const file = { id: mine, fileName: 'brief.pdf', contentType: 'application/pdf', byteSize: pdf.length }
    expect(await Promise.all([claim([mine]), claim([mine, mine])])).toEqual([
      { claimed: true, files: [file] },
      { claimed: true, files: [file] },
    ])
    expect(await claim([])).toEqual({ claimed: true, files: [] })

    const links = async () => (await procedure('attachmentLinks', { uploadIds: [mine, wrong, unsent, unknown] })).files
    expect(await links()).toEqual([{ ...file, status: 'PROCESSING', url: null }])
    await services.work()
    const [link] = (await links()) as unknown as { url: string; status: string }[]
    expect(link).toMatchObject({ status: 'READY' })
    const answer = await fetch(services.reach(link?.url ?? ''))
    expect(Buffer.from(await answer.bytes())).toEqual(pdf)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': 'attachment; filename="brief.pdf"',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, no-store',
    })
    services.profiles.clock.advance('11m')
    expect((await fetch(services.reach(link?.url ?? ''))).status).toBe(403)

    await procedure('releaseUploads', { uploadIds: [mine, unknown] })
    await procedure('releaseUploads', { uploadIds: [mine] })
    await services.work()
    expect(services.files('documents')).not.toContain(mine)
    expect(await links()).toEqual([])
  })

  test('name pictures as entities, and nothing private that way', async () => {
    const ann = person('CLIENT')
    const image = await upload(services, ann, await picture(), { purpose: 'GIG_IMAGE' })
    const document = await upload(services, ann, pdf, {
      purpose: 'VERIFICATION_DOCUMENT',
      contentType: 'application/pdf',
    })
    const unsent = (await begin(services, ann, await picture(), { purpose: 'GIG_IMAGE' })).upload.id
    await services.work()
    const of = [image, document, unsent, makeId(), 'x'].map((id) => ({ __typename: 'Image', id }))
    expect((await services.profiles.anonymous.query(Images, { of }))._entities).toEqual([
      { id: image, status: 'READY' },
      null,
      null,
      null,
      null,
    ])
    for (const path of [
      `/images/${document}-320.webp`,
      `/files/documents/${document}`,
      `/documents/${document}`,
      '/images/..%2fdocuments%2fx-64.webp',
    ])
      expect((await fetch(new URL(path, services.profiles.service.url))).status).toBeGreaterThanOrEqual(400)
    const many = (count: number) =>
      services.profiles.countStatements(() =>
        services.profiles.anonymous.query(Images, {
          of: Array.from({ length: count }, () => ({ __typename: 'Image', id: makeId() })),
        }),
      )
    expect(await many(50)).toBe(await many(5))
  })

  test('get private pictures without their metadata', async () => {
    const ann = person('CLIENT')
    const id = await upload(services, ann, await picture(), { purpose: 'JOB_ATTACHMENT' })
    await services.work()
    const { files } = (await procedure('attachmentLinks', { uploadIds: [id] })) as unknown as {
      files: { url: string; byteSize: number }[]
    }
    const bytes = await (await fetch(services.reach(files[0]?.url ?? ''))).bytes()
    expect(bytes.length).toBe(files[0]?.byteSize)
    const metadata = await sharp(bytes).metadata()
    expect(metadata).toMatchObject({ format: 'jpeg', width: 300 })
    expect(metadata.exif).toBeUndefined()
  })
})

test('what nobody claims is gone after a day, what is claimed stays until its owner is erased', async () => {
  const ann = person('CLIENT')
  const send2 = async () => upload(services, ann, await picture(), { purpose: 'GIG_IMAGE' })
  const [unused, used, raw] = [await send2(), await send2(), await send2()]
  await services.work()
  await procedure('claimUploads', { ownerId: ann.id, uploadIds: [used], purpose: 'GIG_IMAGE' })
  const has = (id: string) => services.files('images').some((name) => name.startsWith(id))
  services.profiles.clock.advance('23h')
  await services.profiles.runJob(sweepUploads, {})
  await services.work()
  expect([has(unused), has(used), has(raw)]).toEqual([true, true, true])
  services.profiles.clock.advance('2h')
  await services.profiles.runJob(sweepUploads, {})
  await services.profiles.runJob(sweepUploads, {})
  await services.work()
  expect([has(unused), has(used), has(raw)]).toEqual([false, true, false])
  await services.profiles.consume(userDeleted, { userId: ann.id })
  await services.work()
  expect(has(used)).toBe(false)
})

test('files are deleted as often as the queue likes', async () => {
  const ann = person('CLIENT')
  const id = await upload(services, ann, await picture(), { purpose: 'GIG_IMAGE' })
  await services.work()
  const keys = services
    .files('images')
    .filter((name) => name.startsWith(id))
    .map((name) => `images/${name}`)
  expect(keys).toHaveLength(3)
  for (const _ of [1, 2]) await services.profiles.runJob(removeFiles, { keys })
  expect(services.files('images').filter((name) => name.startsWith(id))).toEqual([])
})

test('a lost job is ordered again', async () => {
  const ann = person('CLIENT')
  const id = await upload(services, ann, await picture(), { purpose: 'GIG_IMAGE' })
  const ordered = async () => (await services.profiles.outbox('process-upload')).filter((data) => data.uploadId === id)
  services.profiles.clock.advance('31m')
  await services.profiles.runJob(sweepUploads, {})
  expect(await ordered()).toHaveLength(2)
  await services.work()
  services.profiles.clock.advance('31m')
  await services.profiles.runJob(sweepUploads, {})
  expect(await ordered()).toHaveLength(2)
})

test('the same with a bucket, which tells nobody what arrives', async () => {
  const s3 = await startS3()
  const inBucket = await startWithFiles({
    S3_BUCKET: s3.bucket,
    S3_REGION: 'eu-central-1',
    S3_ENDPOINT: s3.url,
    S3_ACCESS_KEY_ID: s3.keys.accessKeyId,
    S3_SECRET_ACCESS_KEY: s3.keys.secretAccessKey,
  })
  try {
    const ann = person('CLIENT')
    const id = await upload(inBucket, ann, await picture(), { purpose: 'AVATAR' })
    expect(await statusOf(ann, id, inBucket)).toMatchObject({ status: 'WAITING' })
    expect((await inBucket.profiles.as(ann).query(Complete, { id })).completeUpload.upload.status).toBe('PROCESSING')
    await inBucket.work()
    const { image } = await statusOf(ann, id, inBucket)
    const answer = await fetch(inBucket.reach(image.small))
    expect(answer.headers.get('content-security-policy')).toContain('sandbox')
    expect(await sharp(await answer.bytes()).metadata()).toMatchObject({ format: 'webp', width: 64 })

    const begun = await begin(inBucket, ann, pdf, {
      purpose: 'JOB_ATTACHMENT',
      contentType: 'application/pdf',
      fileName: 'a b.pdf',
    })
    expect((await send(inBucket, begun.request, pdf.subarray(1))).ok).toBe(false)
    expect((await send(inBucket, begun.request, pdf)).ok).toBe(true)
    const claim = { ownerId: ann.id, uploadIds: [begun.upload.id], purpose: 'JOB_ATTACHMENT' }
    expect(await procedure('claimUploads', claim, inBucket)).toMatchObject({ claimed: true })
    await inBucket.work()
    const { files } = (await procedure('attachmentLinks', { uploadIds: [begun.upload.id] }, inBucket)) as unknown as {
      files: { url: string }[]
    }
    const link = files[0]?.url ?? ''
    expect(link.startsWith(s3.url)).toBe(true)
    expect(Buffer.from(await (await fetch(link)).bytes())).toEqual(pdf)
    await procedure('releaseUploads', { uploadIds: [begun.upload.id, id] }, inBucket)
    await inBucket.work()
    expect((await fetch(link)).status).toBe(404)
    expect((await fetch(inBucket.reach(image.small))).status).toBe(404)
  } finally {
    await inBucket.close()
    await s3.stop()
  }
})
