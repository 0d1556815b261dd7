import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { userEmailVerified } from '@gigraph/identity/events'
import { profilesService } from '@gigraph/profiles'
import type { Viewer } from '@gigraph/shared/auth'
import { person, startTestServices, uploadFile } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { inArray } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { uploads } from '../../profiles/src/tables.ts'
import { marketplaceService } from '../src/index.ts'
import { releaseFiles } from '../src/upload/release-uploads.ts'
import { CreateGig, gigInput, jobInput, SubmitGig } from './market.ts'

const directory = mkdtempSync(join(tmpdir(), 'gigraph-market-files-'))
const start = () =>
  startTestServices(
    { profiles: profilesService, marketplace: marketplaceService },
    { environment: { UPLOAD_DIRECTORY: directory } },
  )
let services: Awaited<ReturnType<typeof start>>
beforeAll(async () => {
  services = await start()
})
afterAll(async () => {
  await services.close()
  rmSync(directory, { recursive: true, force: true })
})

const somebody = async (role: 'FREELANCER' | 'CLIENT') => {
  const viewer = person(role)
  await services.marketplace.consume(userEmailVerified, { userId: viewer.id, roles: [role] })
  return viewer
}

/** An upload of somebody's; sent unless told otherwise. */
const upload = (viewer: Viewer, purpose: 'GIG_IMAGE' | 'JOB_ATTACHMENT', sent = true): Promise<string> =>
  uploadFile(services.profiles, viewer, {
    purpose,
    contentType: purpose === 'GIG_IMAGE' ? 'image/png' : 'application/pdf',
    sent,
  })
const isKept = async (uploadId: string) => {
  const { data } = await services.profiles.anonymous.run(
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Image { id } } }',
    { of: [{ __typename: 'Image', id: uploadId }] },
  )
  return data?._entities[0] !== null
}
const See = 'query ($id: ID) { gig(id: $id) { images { id } version } }'
const Update = /* GraphQL */ `mutation ($input: UpdateGigInput!) { updateGig(input: $input) { gig { images { id } } userErrors { code field message } } }`
const releases = async () =>
  (await services.marketplace.outbox(releaseFiles.name)).flatMap(({ uploadIds }) => uploadIds)

test('a gig shows its pictures in their order; what no version shows any more is released', async () => {
  const ann = await somebody('FREELANCER')
  const client = services.marketplace.as(ann)
  const [one, two, three] = [
    await upload(ann, 'GIG_IMAGE'),
    await upload(ann, 'GIG_IMAGE'),
    await upload(ann, 'GIG_IMAGE'),
  ]
  const { createGig } = await client.query(CreateGig, { input: { ...gigInput, imageIds: [two, one, two] } })
  const { id } = createGig.gig
  expect((await client.query(See, { id })).gig.images).toEqual([{ id: two }, { id: one }])
  // A draft changes in place: nothing shows the second one any more.
  await client.query(Update, { input: { gigId: id, imageIds: [one] } })
  expect(await releases()).toEqual([two])
  // As often as the queue likes.
  for (const _ of [1, 2]) await services.marketplace.runJob(releaseFiles, { uploadIds: [two] })
  expect(await isKept(two)).toBe(false)
  expect(await isKept(one)).toBe(true)
  // A published version stays, and with it what it shows.
  await client.query(SubmitGig, { id })
  const { updateGig } = await client.query(Update, { input: { gigId: id, imageIds: [three] } })
  expect(updateGig).toEqual({ gig: { images: [{ id: three }] }, userErrors: [] })
  expect(await releases()).toEqual([two])
})

test('only own uploads that were sent for this, and at most eight', async () => {
  const [ann, bob] = [await somebody('FREELANCER'), await somebody('FREELANCER')]
  const refused = async (imageIds: string[]) =>
    (
      await services.marketplace
        .as(ann)
        .query(
          'mutation ($input: CreateGigInput!) { createGig(input: $input) { gig { id } userErrors { code field } } }',
          {
            input: { ...gigInput, imageIds },
          },
        )
    ).createGig
  const error = { gig: null, userErrors: [{ code: 'VALIDATION', field: ['input', 'imageIds'] }] }
  expect(await refused([await upload(bob, 'GIG_IMAGE')])).toEqual(error)
  expect(await refused([await upload(ann, 'GIG_IMAGE', false)])).toEqual(error)
  expect(await refused([makeId()])).toEqual(error)
  expect(await refused(Array.from({ length: 9 }, () => makeId()))).toEqual(error)
  expect((await refused(['x'])).userErrors).toMatchObject([{ code: 'VALIDATION' }])
})

test('whoever sees a job gets links to its files, nobody else', async () => {
  const [owner, stranger, freelancer] = [
    await somebody('CLIENT'),
    await somebody('CLIENT'),
    await somebody('FREELANCER'),
  ]
  const [kept, dropped] = [await upload(owner, 'JOB_ATTACHMENT'), await upload(owner, 'JOB_ATTACHMENT')]
  const Post = 'mutation ($input: PostJobInput!) { postJob(input: $input) { job { id } userErrors { code field } } }'
  const { postJob } = await services.marketplace
    .as(owner)
    .query(Post, { input: { ...jobInput, attachmentIds: [kept, dropped] } })
  const { id } = postJob.job
  const Job = 'query ($id: ID!) { job(id: $id) { attachments { id fileName contentType byteSize status url } } }'
  for (const viewer of [owner, freelancer])
    expect((await services.marketplace.as(viewer).query(Job, { id })).job.attachments).toMatchObject([
      { id: kept, fileName: 'plan.pdf', contentType: 'application/pdf', status: 'PROCESSING', url: null },
      { id: dropped },
    ])
  expect((await services.marketplace.as(stranger).query(Job, { id })).job).toBeNull()
  const ChangeJob =
    'mutation ($input: UpdateJobInput!) { updateJob(input: $input) { job { attachments { id } } userErrors { code field } } }'
  expect(
    (await services.marketplace.as(owner).query(ChangeJob, { input: { jobId: id, attachmentIds: [kept] } })).updateJob,
  ).toEqual({
    job: { attachments: [{ id: kept }] },
    userErrors: [],
  })
  expect(await releases()).toContain(dropped)
  const picture = await upload(owner, 'GIG_IMAGE')
  expect(
    (await services.marketplace.as(owner).query(Post, { input: { ...jobInput, attachmentIds: [picture] } })).postJob,
  ).toEqual({ job: null, userErrors: [{ code: 'VALIDATION', field: ['input', 'attachmentIds'] }] })
})

test('what is refused anyway keeps no files: they are gone after a day', async () => {
  const unverified = person('FREELANCER', 'CLIENT')
  const [image, file] = [await upload(unverified, 'GIG_IMAGE'), await upload(unverified, 'JOB_ATTACHMENT')]
  const as = services.marketplace.as(unverified)
  const { createGig } = await as.query(CreateGig, { input: { ...gigInput, imageIds: [image] } })
  expect(createGig.userErrors).toMatchObject([{ code: 'EMAIL_NOT_VERIFIED' }])
  const Post = 'mutation ($input: PostJobInput!) { postJob(input: $input) { userErrors { code } } }'
  const { postJob } = await as.query(Post, { input: { ...jobInput, attachmentIds: [file] } })
  expect(postJob.userErrors).toMatchObject([{ code: 'EMAIL_NOT_VERIFIED' }])

  const ann = await somebody('FREELANCER')
  const theirs = (await services.marketplace.as(ann).query(CreateGig, { input: gigInput })).createGig.gig.id
  const act = 'mutation ($id: ID!) { archiveGig(input: { gigId: $id }) { gig { id } } }'
  await services.marketplace.as(ann).query(act, { id: theirs })
  const late = await upload(ann, 'GIG_IMAGE')
  const { updateGig } = await services.marketplace.as(ann).query(Update, { input: { gigId: theirs, imageIds: [late] } })
  expect(updateGig.userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
  const { db } = services.profiles.context
  const kept = await db
    .select({ claimedAt: uploads.claimedAt })
    .from(uploads)
    .where(inArray(uploads.id, [image, file, late]))
  expect(kept).toEqual([{ claimedAt: null }, { claimedAt: null }, { claimedAt: null }])
})
