import type { Viewer } from '@gigraph/shared/auth'
import { person, staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientProfiles, uploads } from '../src/tables.ts'
import { sweepUploads } from '../src/upload/sweep.ts'
import { begin, pdf, picture, startWithFiles, upload, type WithFiles } from './support/uploads.ts'

let services: WithFiles
beforeAll(async () => {
  services = await startWithFiles()
})
afterAll(() => services.close())

const Create = /* GraphQL */ `mutation ($company: String) { createClientProfile(input: { firstName: "Bo", lastName: "Ek", companyName: $company, country: "SE", industry: "Energy" }) { clientProfile { userId } } }`
const client = async (company = 'Ek AB') => {
  const viewer = person('CLIENT')
  await services.profiles.as(viewer).query(Create, { company })
  return viewer
}
const Of = /* GraphQL */ `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { clientProfile {
  verification { status reason } verificationNote verificationDocuments { id fileName status url } } } } }`
const profile = async (id: string, viewer: Viewer | null) =>
  (await services.profiles.as(viewer).query(Of, { of: [{ __typename: 'User', id }] }))._entities[0].clientProfile

const Ask = /* GraphQL */ `mutation ($input: SubmitClientVerificationInput!) { submitClientVerification(input: $input) { clientProfile { verification { status } } userErrors { code field } } }`
const Decide = /* GraphQL */ `mutation ($input: VerifyClientInput!) { verifyClient(input: $input) { clientProfile { verification { status reason } } userErrors { code field } } }`
const Queue = '{ verificationQueue(first: 100) { nodes { userId } } }'
const List = /* GraphQL */ `query ($filter: ClientProfileFilter, $first: Int, $after: String) { clientProfiles(filter: $filter, first: $first, after: $after) {
  nodes { userId companyName firstName verification { status } spendingBand jobStats { posted } image { id } } pageInfo { endCursor hasNextPage } } }`
const note = 'We are number 556 in the Swedish register.'
const announced = { purpose: 'VERIFICATION_DOCUMENT', contentType: 'application/pdf', fileName: 'register.pdf' }
const paper = (viewer: Viewer) => upload(services, viewer, pdf, announced)
const ask = async (viewer: Viewer, documentIds: string[]) =>
  (await services.profiles.as(viewer).query(Ask, { input: { documentIds, note } })).submitClientVerification

test('a client shows documents to staff only, is rejected with a reason, asks again and is verified', async () => {
  const bo = await client()
  const reviewer = staff('profiles:verify')
  const staffs = services.profiles.as(reviewer)
  const first = await paper(bo)
  expect((await ask(bo, [first])).clientProfile.verification.status).toBe('PENDING')
  expect((await ask(bo, [first])).userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
  await services.work()
  expect((await staffs.query(Queue)).verificationQueue.nodes).toContainEqual({ userId: bo.id })
  for (const reader of [bo, reviewer]) {
    const { verificationDocuments, verificationNote } = await profile(bo.id, reader)
    expect(verificationNote).toBe(note)
    expect(verificationDocuments).toMatchObject([{ id: first, fileName: 'register.pdf', status: 'READY' }])
    const answer = await fetch(services.reach(verificationDocuments[0].url))
    expect(Buffer.from(await answer.bytes())).toEqual(pdf)
    expect(answer.headers.get('content-disposition')).toContain('attachment')
  }
  for (const other of [null, person('CLIENT'), person('FREELANCER'), staff('users:read')])
    expect(await profile(bo.id, other)).toEqual({
      verification: { status: 'PENDING', reason: null },
      verificationNote: null,
      verificationDocuments: null,
    })

  const silent = await staffs.query(Decide, { input: { userId: bo.id, decision: 'REJECTED' } })
  expect(silent.verifyClient.userErrors).toEqual([{ code: 'VALIDATION', field: ['input', 'reason'] }])
  const reason = 'No such number there.'
  await staffs.query(Decide, { input: { userId: bo.id, decision: 'REJECTED', reason } })
  expect(await services.profiles.outbox('client.rejected')).toContainEqual({ userId: bo.id, reason })
  expect(await profile(bo.id, bo)).toMatchObject({ verification: { status: 'REJECTED', reason } })
  expect(await profile(bo.id, null)).toMatchObject({ verification: { status: 'REJECTED', reason: null } })

  const second = await paper(bo)
  await ask(bo, [second])
  await services.work()
  expect(services.files('documents')).not.toContain(first)
  const done = await staffs.query(Decide, { input: { userId: bo.id, decision: 'VERIFIED' } })
  expect(done.verifyClient.clientProfile.verification).toEqual({ status: 'VERIFIED', reason: null })
  expect(await services.profiles.outbox('client.verified')).toContainEqual({ userId: bo.id })
  const again = await staffs.query(Decide, { input: { userId: bo.id, decision: 'VERIFIED' } })
  expect(again.verifyClient.userErrors).toMatchObject([{ code: 'INVALID_STATE' }])

  services.profiles.clock.advance('29d')
  await services.profiles.runJob(sweepUploads, {})
  await services.work()
  expect(services.files('documents')).toContain(second)
  services.profiles.clock.advance('2d')
  await services.profiles.runJob(sweepUploads, {})
  await services.work()
  expect(services.files('documents')).not.toContain(second)
  expect(await profile(bo.id, bo)).toMatchObject({ verificationDocuments: [] })
})

test('asking needs a profile and documents of one’s own', async () => {
  const bo = await client()
  const early = person('CLIENT')
  expect((await ask(early, [await paper(early)])).userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }])
  const mine = await paper(bo)
  const unsent = (await begin(services, bo, pdf, announced)).upload.id
  const wrong = await upload(services, bo, await picture(), { purpose: 'AVATAR' })
  for (const [documentIds, code, field] of [
    [[], 'VALIDATION', []],
    [Array.from({ length: 6 }, makeId), 'VALIDATION', []],
    [[mine, makeId()], 'VALIDATION', ['1']],
    [[mine, 'x'], 'VALIDATION', ['1']],
    [[await paper(early)], 'VALIDATION', ['0']],
    [[mine, wrong], 'VALIDATION', ['1']],
    [[unsent], 'NOT_AVAILABLE', ['0']],
  ] as const)
    expect((await ask(bo, [...documentIds])).userErrors).toEqual([{ code, field: ['input', 'documentIds', ...field] }])
  expect((await ask(bo, [mine])).userErrors).toEqual([])
})

test('asking needs the role, deciding and looking the scope', async () => {
  const bo = await client()
  const input = { userId: bo.id, decision: 'VERIFIED' }
  for (const viewer of [bo, staff('users:read')])
    for (const [document, variables] of [
      [Decide, { input }],
      [Queue, {}],
      [List, {}],
    ] as const)
      expect((await services.profiles.as(viewer).run(document, variables)).errors).toMatchObject([
        { extensions: { code: 'FORBIDDEN' } },
      ])
  for (const document of [Queue, List])
    expect((await services.profiles.anonymous.run(document)).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ])
  const refused = await services.profiles.as(person('FREELANCER')).run(Ask, { input: { documentIds: [makeId()] } })
  expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  const nobody = { input: { ...input, userId: makeId() } }
  expect((await services.profiles.as(staff('profiles:verify')).run(Decide, nobody)).errors).toMatchObject([
    { extensions: { code: 'NOT_FOUND' } },
  ])
})

test('staff find clients by name, state and place, page by page with the same number of statements', async () => {
  const reviewer = services.profiles.as(staff('profiles:verify'))
  const list = async (variables: Record<string, unknown>) => (await reviewer.query(List, variables)).clientProfiles
  for (let index = 0; index < 7; index++) {
    await client(`Quartz Mining ${index}`)
    services.profiles.clock.advance('1s')
  }
  const found = await list({
    filter: { query: 'quarz mining', verification: 'UNVERIFIED', country: 'SE', industry: 'Energy' },
  })
  expect(found.nodes.map(({ companyName }: { companyName: string }) => companyName.at(-1))).toEqual([...'6543210'])
  expect((await list({ filter: { query: 'Quartz', country: 'DE' } })).nodes).toEqual([])
  expect((await list({ filter: { query: 'Quartz', verification: 'PENDING' } })).nodes).toEqual([])
  expect((await list({ filter: { query: '100%_\\' } })).nodes).toEqual([])
  const one = await list({ filter: { query: 'Quartz' }, first: 3 })
  await client('Quartz Late')
  const two = await list({ filter: { query: 'Quartz' }, first: 10, after: one.pageInfo.endCursor })
  const pages = [...one.nodes, ...two.nodes].map(({ companyName }) => companyName.at(-1))
  expect(pages).toEqual([...'6543210'])
  const statements = (first: number) =>
    services.profiles.countStatements(() => list({ filter: { query: 'Quartz' }, first }))
  expect(await statements(8)).toBe(await statements(2))
  const long = await services.profiles.as(staff('profiles:verify')).run(List, { filter: { query: 'x'.repeat(101) } })
  expect(long.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
})

test('the queue of fifty with documents and numbers takes as many statements as that of five', async () => {
  const { db, clock } = services.profiles.context
  const now = clock.now()
  const waiting = Array.from({ length: 50 }, () => ({ userId: makeId(), documentId: makeId() }))
  await db.insert(uploads).values(
    waiting.map(({ userId, documentId }) => ({
      ...{ id: documentId, userId, purpose: 'VERIFICATION_DOCUMENT' as const, status: 'READY' as const },
      ...{ fileName: 'a.pdf', alt: '', contentType: 'application/pdf', byteSize: 1, createdAt: now, claimedAt: now },
    })),
  )
  await db.insert(clientProfiles).values(
    waiting.map(({ userId, documentId }) => ({
      ...{ userId, verification: 'PENDING' as const, verificationRequestedAt: now, createdAt: now, updatedAt: now },
      verificationDocumentIds: [documentId],
    })),
  )
  const Long = /* GraphQL */ `query ($first: Int!) { verificationQueue(first: $first) { nodes { userId image { url } completeness { percent }
    verificationDocuments { url } jobStats { posted } spending { total { amountMinor } } spendingBand } } }`
  const reviewer = services.profiles.as(staff('profiles:verify'))
  const statements = (first: number) => services.profiles.countStatements(() => reviewer.query(Long, { first }))
  expect(await statements(50)).toBe(await statements(5))
})

test('the audit log is told of each decision once, with its reason, and of nothing that was refused', async () => {
  const bo = await client()
  const reviewer = staff('profiles:verify')
  const decide = async (decision: string, reason?: string) =>
    (await services.profiles.as(reviewer).query(Decide, { input: { userId: bo.id, decision, reason } })).verifyClient
  const reason = 'The register is out of date.'
  await ask(bo, [await paper(bo)])
  expect((await decide('REJECTED', 'no')).userErrors).toMatchObject([{ code: 'VALIDATION' }])
  await decide('REJECTED', reason)
  expect((await decide('VERIFIED')).userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
  await ask(bo, [await paper(bo)])
  await decide('VERIFIED')
  const entry = {
    actorId: reviewer.id,
    subjectId: bo.id,
    object: null,
    before: { verification: 'PENDING' },
    address: '127.0.0.1',
  }
  expect((await services.profiles.outbox('staff.acted')).filter(({ subjectId }) => subjectId === bo.id)).toEqual([
    { ...entry, action: 'CLIENT_REJECTED', reason, after: { verification: 'REJECTED' } },
    { ...entry, action: 'CLIENT_VERIFIED', reason: '', after: { verification: 'VERIFIED' } },
  ])
})
