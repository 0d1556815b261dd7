import { userDeleted, userEmailVerified, userSuspended } from '@gigraph/identity/events'
import { person, staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expireListings } from '../src/job/expire.ts'
import { jobs, proposals, tools } from '../src/tables.ts'
import { type Market, publishedGig, seller, startMarket, toolCreator } from './market.ts'

let market: Market
beforeAll(async () => {
  market = await startMarket()
})
afterAll(() => market.close())

const jobInput = {
  title: 'A site for our bakery',
  description: 'Five pages, a map and opening hours, in two languages, by the end of the month.',
  categoryId: 'websites',
  skills: ['WordPress', 'CSS'],
  budget: { kind: 'FIXED', minMinor: 50_000, maxMinor: 80_000 },
  duration: 'WEEKS',
  level: 'INTERMEDIATE',
  questions: ['Have you built one before?'],
}
const Post = /* GraphQL */ `mutation ($input: PostJobInput!) { postJob(input: $input) { job { id status skills } userErrors { code field } } }`
const Propose = /* GraphQL */ `mutation ($input: SubmitProposalInput!) { submitProposal(input: $input) { proposal { id status bid { formatted } answers { question answer } } userErrors { code field } } }`
const act = (name: string) =>
  `mutation ($id: ID!) { ${name}(input: { proposalId: $id }) { proposal { id status job { id status filledBy { id } } } userErrors { code allowed } } }`
const Job = /* GraphQL */ `query ($id: ID!) { job(id: $id) { id status proposalCount proposals { nodes { id freelancer { id } } } viewerProposal { id } } }`

const client = async () => {
  const viewer = person('CLIENT')
  await market.marketplace.consume(userEmailVerified, { userId: viewer.id, roles: ['CLIENT'] })
  return viewer
}
const post = async (owner: Awaited<ReturnType<typeof client>>, changes: object = {}) =>
  (await market.marketplace.as(owner).query(Post, { input: { ...jobInput, ...changes } })).postJob.job.id as string
const proposal = (jobId: string, changes: object = {}) => ({
  jobId,
  coverLetter: 'I have built eleven sites for bakeries and can start on Monday.',
  bid: { amountMinor: 60_000 },
  deliveryDays: 14,
  answers: ['Yes, eleven.'],
  ...changes,
})
const propose = async (jobId: string, author: Awaited<ReturnType<typeof seller>>) =>
  (await market.marketplace.as(author).query(Propose, { input: proposal(jobId) })).submitProposal.proposal.id as string
const quote = (proposalId: string, buyerId: string) =>
  market.marketplace.service.procedure('quoteProposal', { proposalId, buyerId }, 'test')

test('a job is posted, found, applied for, given away and can be ordered', async () => {
  const owner = await client()
  const jobId = await post(owner)
  expect(await market.marketplace.outbox('job.posted')).toContainEqual({
    jobId,
    clientId: owner.id,
    title: jobInput.title,
    budget: { amountMinor: 80_000, currency: 'USD' },
  })
  const [ann, bob] = [await seller(market), await seller(market)]
  const found = await market.marketplace
    .as(ann)
    .query(
      '{ searchJobs(query: "bakery wordpress", filter: { category: "web-development", skills: ["css"], budgetMinMinor: 70000 }) { nodes { id } } }',
    )
  expect(found.searchJobs.nodes).toEqual([{ id: jobId }])
  const first = await market.marketplace.as(ann).query(Propose, {
    input: proposal(jobId, {
      milestones: [
        { title: 'Draft', amount: { amountMinor: 20_000 }, deliveryDays: 5 },
        { title: 'Site', amount: { amountMinor: 40_000 }, deliveryDays: 9 },
      ],
    }),
  })
  const annsId = first.submitProposal.proposal.id
  expect(first.submitProposal).toMatchObject({
    proposal: {
      status: 'SUBMITTED',
      bid: { formatted: '$600.00' },
      answers: [{ question: jobInput.questions[0], answer: 'Yes, eleven.' }],
    },
    userErrors: [],
  })
  const bobsId = await propose(jobId, bob)
  expect((await market.marketplace.as(owner).query(Job, { id: jobId })).job).toMatchObject({
    proposalCount: 2,
    proposals: { nodes: [{ id: bobsId }, { id: annsId }] },
  })
  expect((await market.marketplace.as(bob).query(Job, { id: jobId })).job).toMatchObject({
    proposalCount: 2,
    proposals: null,
    viewerProposal: { id: bobsId },
  })
  expect(await quote(annsId, owner.id)).toEqual({ available: false, reason: 'Accept the proposal first.' })
  await market.marketplace.as(owner).query(act('shortlistProposal'), { id: annsId })
  const accepted = await market.marketplace.as(owner).query(act('acceptProposal'), { id: annsId })
  expect(accepted.acceptProposal.proposal).toMatchObject({
    status: 'ACCEPTED',
    job: { status: 'FILLED', filledBy: { id: ann.id } },
  })
  expect(await market.marketplace.outbox('proposal.declined')).toContainEqual(
    expect.objectContaining({ proposalId: bobsId }),
  )
  expect(await market.marketplace.outbox('job.filled')).toContainEqual(
    expect.objectContaining({ jobId, freelancerId: ann.id }),
  )
  expect(await quote(annsId, owner.id)).toMatchObject({
    available: true,
    terms: {
      sellerId: ann.id,
      price: { amountMinor: 60_000, currency: 'USD' },
      deliveryDays: 14,
      milestones: [{ title: 'Draft', amount: { amountMinor: 20_000, currency: 'USD' } }, { title: 'Site' }],
    },
  })
  expect(await quote(annsId, makeId())).toEqual({ available: false, reason: 'There is no such proposal.' })
  expect(
    (await market.marketplace.as(owner).query(act('acceptProposal'), { id: bobsId })).acceptProposal.userErrors,
  ).toMatchObject([{ code: 'INVALID_STATE', allowed: [] }])
})

test('twenty acceptances at once give the job to one', async () => {
  const owner = await client()
  const jobId = await post(owner)
  const ids: string[] = []
  for (let index = 0; index < 4; index += 1) ids.push(await propose(jobId, await seller(market)))
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      market.marketplace.as(owner).query(act('acceptProposal'), { id: ids[index % 4] }),
    ),
  )
  expect(answers.filter((answer) => answer.acceptProposal.userErrors.length === 0)).toHaveLength(1)
  const filled = (await market.marketplace.outbox('job.filled')).filter((event) => event.jobId === jobId)
  expect(filled).toHaveLength(1)
})

test.each([
  [{ title: 'Short' }, ['title']],
  [{ description: 'Short' }, ['description']],
  [{ categoryId: 'web-development' }, ['categoryId']],
  [{ budget: { kind: 'FIXED', minMinor: 499, maxMinor: 600 } }, ['budget', 'minMinor']],
  [{ budget: { kind: 'HOURLY', minMinor: 900, maxMinor: 600 } }, ['budget', 'maxMinor']],
])('a job with %o is refused at %s', async (change, field) => {
  const { postJob } = await market.marketplace.as(await client()).query(Post, { input: { ...jobInput, ...change } })
  expect(postJob).toEqual({ job: null, userErrors: [{ code: 'VALIDATION', field: ['input', ...field] }] })
})

test.each([
  [{ coverLetter: 'Hire me' }, ['coverLetter']],
  [{ bid: { amountMinor: 100 } }, ['bid', 'amountMinor']],
  [{ deliveryDays: 0 }, ['deliveryDays']],
  [{ answers: [] }, ['answers']],
  [{ milestones: [{ title: 'All', amount: { amountMinor: 59_999 }, deliveryDays: 3 }] }, ['milestones']],
])('a proposal with %o is refused at %s', async (change, field) => {
  const jobId = await post(await client())
  const { submitProposal } = await market.marketplace
    .as(await seller(market))
    .query(Propose, { input: proposal(jobId, change) })
  expect(submitProposal).toEqual({ proposal: null, userErrors: [{ code: 'VALIDATION', field: ['input', ...field] }] })
})

test('one applies once, not for one’s own job, not after its time', async () => {
  const both = person('CLIENT', 'FREELANCER')
  await market.marketplace.consume(userEmailVerified, { userId: both.id, roles: ['CLIENT', 'FREELANCER'] })
  const own = await post(both)
  const codeOf = async (viewer: typeof both, jobId: string) =>
    (await market.marketplace.as(viewer).query(Propose, { input: proposal(jobId) })).submitProposal.userErrors[0]?.code
  expect(await codeOf(both, own)).toBe('NOT_ALLOWED')
  const ann = await seller(market)
  expect(await codeOf(ann, own)).toBeUndefined()
  expect(await codeOf(ann, own)).toBe('ALREADY_EXISTS')
  expect(await codeOf(person('FREELANCER'), own)).toBe('EMAIL_NOT_VERIFIED')
  market.marketplace.clock.advance('30d')
  expect(await codeOf(await seller(market), own)).toBe('NOT_AVAILABLE')
  expect((await market.marketplace.as(both).query(Job, { id: own })).job.status).toBe('EXPIRED')
  await market.marketplace.runJob(expireListings, {})
  await market.marketplace.runJob(expireListings, {})
  const expired = (await market.marketplace.outbox('job.expired')).filter((event) => event.jobId === own)
  expect(expired).toHaveLength(1)
})

test('a proposal exists for its two sides only, and each does its own part', async () => {
  const owner = await client()
  const ann = await seller(market)
  const id = await propose(await post(owner), ann)
  const code = async (viewer: typeof owner | null, name: string) => {
    const { data, errors } = await market.marketplace.as(viewer).run(act(name), { id })
    return errors?.[0]?.extensions?.code ?? data?.[name].userErrors[0]?.code
  }
  for (const name of ['withdrawProposal', 'shortlistProposal', 'declineProposal', 'acceptProposal']) {
    expect(await code(await seller(market), name)).toBe('NOT_FOUND')
    expect(await code(await client(), name)).toBe('NOT_FOUND')
    expect(await code(null, name)).toBe('UNAUTHENTICATED')
  }
  expect(await code(owner, 'withdrawProposal')).toBe('NOT_ALLOWED')
  expect(await code(ann, 'acceptProposal')).toBe('NOT_ALLOWED')
  expect(await code(owner, 'declineProposal')).toBeUndefined()
  expect(await code(ann, 'withdrawProposal')).toBe('INVALID_STATE')
})

test('who is suspended gets neither proposals nor jobs, and what they had open is off the market', async () => {
  const suspend = (userId: string) => market.marketplace.consume(userSuspended, { userId, reason: 'x', until: null })
  const [owner, ann, bob] = [await client(), await seller(market), await seller(market)]
  const jobId = await post(owner)
  const [annsId, bobsId] = [await propose(jobId, ann), await propose(jobId, bob)]
  await suspend(ann.id)
  const accept = async (id: string) =>
    (await market.marketplace.as(owner).query(act('acceptProposal'), { id })).acceptProposal
  expect((await accept(annsId)).userErrors).toMatchObject([{ code: 'NOT_AVAILABLE' }])
  expect((await accept(bobsId)).userErrors).toEqual([])
  expect(await quote(bobsId, owner.id)).toMatchObject({ available: true })
  await suspend(bob.id)
  expect(await quote(bobsId, owner.id)).toEqual({ available: false, reason: 'The freelancer cannot take orders now.' })

  const open = await post(owner)
  const reader = await seller(market)
  const Open = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { jobs { nodes { id } } } } searchJobs(first: 100) { nodes { id } } }`
  const listed = async () => {
    const { _entities, searchJobs } = await market.marketplace
      .as(reader)
      .query(Open, { of: [{ __typename: 'User', id: owner.id }] })
    return [_entities[0].jobs.nodes, searchJobs.nodes].map((nodes) =>
      nodes.some(({ id }: { id: string }) => id === open),
    )
  }
  expect(await listed()).toEqual([true, true])
  await suspend(owner.id)
  expect(await listed()).toEqual([false, false])
  const late = await market.marketplace.as(reader).query(Propose, { input: proposal(open) })
  expect(late.submitProposal.userErrors).toMatchObject([{ code: 'NOT_AVAILABLE' }])
  const { postJob } = await market.marketplace.as(owner).query(Post, { input: jobInput })
  expect(postJob.userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }])
})

test('who was erased posts, remembers and reports nothing more, although their token still holds', async () => {
  const [owner, gigId] = [await client(), await publishedGig(market, await seller(market))]
  await market.marketplace.consume(userDeleted, { userId: owner.id })
  const { postJob } = await market.marketplace.as(owner).query(Post, { input: jobInput })
  expect(postJob.userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }])
  for (const document of [
    'mutation ($id: ID!) { favourite(input: { gigId: $id }) { gig { id } } }',
    'mutation ($id: ID!) { reportListing(input: { listingId: $id, reason: "It is not theirs." }) { reported } }',
  ])
    expect((await market.marketplace.as(owner).run(document, { id: gigId })).errors).toMatchObject([
      { extensions: { code: 'NOT_FOUND' } },
    ])
})

test('who had applied and was not declined is told when a job is closed, expires, or goes with its client', async () => {
  const told = async (name: string, id: string) =>
    (await market.marketplace.outbox(name)).filter(({ jobId }) => jobId === id)
  const applied = async () => {
    const owner = await client()
    const jobId = await post(owner)
    const [ann, bob, cleo] = [await seller(market), await seller(market), await seller(market)]
    const ids = [await propose(jobId, ann), await propose(jobId, bob), await propose(jobId, cleo)]
    await market.marketplace.as(owner).query(act('shortlistProposal'), { id: ids[0] })
    await market.marketplace.as(owner).query(act('declineProposal'), { id: ids[1] })
    await market.marketplace.as(cleo).query(act('withdrawProposal'), { id: ids[2] })
    return { owner, jobId, applicantIds: [ann.id] }
  }
  const [closed, removed, gone, expired] = [await applied(), await applied(), await applied(), await applied()]
  const Close = 'mutation ($id: ID!) { closeJob(input: { jobId: $id }) { job { status } } }'
  await market.marketplace.as(closed.owner).query(Close, { id: closed.jobId })
  const Remove =
    'mutation ($id: ID!) { suspendListing(input: { listingId: $id, reason: "It asks for free work." }) { userErrors { code } } }'
  await market.marketplace.as(staff('content:moderate')).query(Remove, { id: removed.jobId })
  for (const _ of [1, 2]) await market.marketplace.consume(userDeleted, { userId: gone.owner.id })
  for (const { jobId, applicantIds } of [closed, removed])
    expect(await told('job.closed', jobId)).toMatchObject([{ title: jobInput.title, applicantIds }])
  expect(await told('job.closed', gone.jobId)).toMatchObject([
    { title: 'Deleted job', applicantIds: gone.applicantIds },
  ])
  market.marketplace.clock.advance('30d')
  await market.marketplace.runJob(expireListings, {})
  expect(await told('job.expired', expired.jobId)).toMatchObject([{ applicantIds: expired.applicantIds }])
})

test('fifty jobs at a time, fifty proposals a day and fifty tools are enough for anybody, however many come at once', async () => {
  const { db, makeId: id, clock } = market.marketplace.context
  const at = clock.now()
  const [owner, ann, kim] = [await client(), await seller(market), await toolCreator(market)]
  const job = await post(owner)
  const [row] = await db.select().from(jobs).where(eq(jobs.id, job))
  if (!row) throw new Error('the job is gone')
  const { document: _, ...copied } = row
  const copies = Array.from({ length: 47 }, () => ({ ...copied, id: id() }))
  await db.insert(jobs).values(copies)
  const Tool = `mutation { createTool(input: { title: "Measure your page", description: "Loads it ten times and waits.",
    endpoint: "https://tools.example/measure", pointsPerUse: 3 }) { tool { id } userErrors { code } } }`
  const offered = { title: 'x', description: '', endpoint: '', pointsPerUse: 1, createdAt: at, updatedAt: at }
  await db
    .insert(tools)
    .values(Array.from({ length: 48 }, () => ({ id: id(), creatorId: kim.id, status: 'DRAFT' as const, ...offered })))
  const terms = { bidMinor: 60_000, currency: 'USD', deliveryDays: 14, milestones: [], answers: [], coverLetter: '' }
  await db.insert(proposals).values(
    Array.from({ length: 48 }, () => ({
      ...{ id: id(), jobId: job, freelancerId: ann.id, status: 'WITHDRAWN' as const },
      ...{ ...terms, createdAt: at, updatedAt: at },
    })).map((proposal, index) => ({ ...proposal, jobId: copies[index]?.id ?? job })),
  )
  const four = <T>(make: (index: number) => Promise<T>) => Promise.all([0, 1, 2, 3].map(make))
  const codes = (answers: { userErrors: { code: string }[] }[]) =>
    answers.map(({ userErrors }) => userErrors[0]?.code ?? 'fine').toSorted()
  const enough = ['LIMIT_EXCEEDED', 'LIMIT_EXCEEDED', 'fine', 'fine']
  const as = market.marketplace
  expect(codes(await four(async () => (await as.as(owner).query(Post, { input: jobInput })).postJob))).toEqual(enough)
  expect(codes(await four(async () => (await as.as(kim).query(Tool)).createTool))).toEqual(enough)
  const others = [
    await post(await client()),
    await post(await client()),
    await post(await client()),
    await post(await client()),
  ]
  const apply = async (index: number) =>
    (await as.as(ann).query(Propose, { input: proposal(others[index] ?? '') })).submitProposal
  expect(codes(await four(apply))).toEqual(enough)
  market.marketplace.clock.advance('24h')
  expect((await four(apply)).filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(2)
})

test('an open job is kept open for 30 days more, an expired one is not', async () => {
  const owner = await client()
  const id = await post(owner)
  const Renew =
    'mutation ($id: ID!) { renewJob(input: { jobId: $id }) { job { status expiresAt } userErrors { code } } }'
  const renew = async () => (await market.marketplace.as(owner).query(Renew, { id })).renewJob
  market.marketplace.clock.advance('29d')
  const until = new Date(market.marketplace.clock.now().getTime() + 30 * 86_400_000).toISOString()
  expect(await renew()).toEqual({ job: { status: 'OPEN', expiresAt: until }, userErrors: [] })
  market.marketplace.clock.advance('29d')
  await market.marketplace.runJob(expireListings, {})
  expect((await market.marketplace.as(owner).query(Job, { id })).job.status).toBe('OPEN')
  market.marketplace.clock.advance('1d')
  expect((await renew()).userErrors).toEqual([{ code: 'INVALID_STATE' }])
})

test('freelancers remember jobs and forget them, also removed ones', async () => {
  const owner = await client()
  const [first, second] = [await post(owner), await post(owner)]
  const reader = await seller(market)
  const as = market.marketplace.as(reader)
  const run = async (name: string, id: string) =>
    (await as.query(`mutation ($id: ID!) { ${name}(input: { jobId: $id }) { job { id isSaved } } }`, { id }))[name].job
  const saved = async () =>
    (
      await as.query(
        'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Viewer { savedJobs { nodes { id isSaved } } } } }',
        { of: [{ __typename: 'Viewer', id: reader.id }] },
      )
    )._entities[0].savedJobs.nodes
  for (const id of [first, second, first]) {
    expect(await run('saveJob', id)).toEqual({ id, isSaved: true })
    market.marketplace.clock.advance('1s')
  }
  expect(await saved()).toEqual([second, first].map((id) => ({ id, isSaved: true })))
  const Remove =
    'mutation ($id: ID!) { suspendListing(input: { listingId: $id, reason: "It asks for free work." }) { userErrors { code } } }'
  await market.marketplace.as(staff('content:moderate')).query(Remove, { id: first })
  expect(await saved()).toEqual([{ id: second, isSaved: true }])
  expect(await run('unsaveJob', first)).toBeNull()
  expect(await run('unsaveJob', second)).toEqual({ id: second, isSaved: false })
  expect(await saved()).toEqual([])
  await run('saveJob', second)
  await market.marketplace.consume(userDeleted, { userId: reader.id })
  expect(await saved()).toEqual([])
  const again = await as.run('mutation ($id: ID!) { saveJob(input: { jobId: $id }) { job { id } } }', { id: second })
  expect(again.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
})

test('a client accepts the bid that they have read, orders it within 30 days, and reads bids in their order', async () => {
  const owner = await client()
  const jobId = await post(owner)
  const [ann, bob] = [await seller(market), await seller(market)]
  const [annsId, bobsId] = [await propose(jobId, ann), await propose(jobId, bob)]
  const Change = `mutation ($input: UpdateProposalInput!) { updateProposal(input: $input) { userErrors { code } } }`
  const { jobId: _, ...change } = proposal('', { bid: { amountMinor: 90_000 }, deliveryDays: 3 })
  await market.marketplace.as(ann).query(Change, { input: { ...change, proposalId: annsId } })
  const sorted = async (sort: string) => {
    const Sorted = `query ($id: ID!) { job(id: $id) { proposals(sort: ${sort}) { nodes { id } } } }`
    const { job } = await market.marketplace.as(owner).query(Sorted, { id: jobId })
    return job.proposals.nodes.map(({ id }: { id: string }) => id)
  }
  expect(await sorted('BID_ASC')).toEqual([bobsId, annsId])
  expect(await sorted('BID_DESC')).toEqual([annsId, bobsId])
  expect(await sorted('DELIVERY_ASC')).toEqual([annsId, bobsId])
  const Accept = `mutation ($input: AcceptProposalInput!) { acceptProposal(input: $input) { proposal { status } userErrors { code message field } } }`
  const accept = async (amountMinor: number) =>
    (
      await market.marketplace
        .as(owner)
        .query(Accept, { input: { proposalId: annsId, expectedBid: { amountMinor, currency: 'USD' } } })
    ).acceptProposal
  expect(await accept(60_000)).toMatchObject({
    proposal: null,
    userErrors: [{ code: 'CONFLICT', message: expect.stringContaining('$900.00'), field: ['input', 'expectedBid'] }],
  })
  expect(await accept(90_000)).toMatchObject({ proposal: { status: 'ACCEPTED' }, userErrors: [] })
  market.marketplace.clock.advance('29d')
  expect(await quote(annsId, owner.id)).toMatchObject({ available: true })
  market.marketplace.clock.advance('1d')
  expect(await quote(annsId, owner.id)).toMatchObject({ available: false, reason: expect.stringContaining('30 days') })
})

test('a job changes and closes while it is open, by its owner only', async () => {
  const owner = await client()
  const id = await post(owner)
  const Change =
    'mutation ($id: ID!) { updateJob(input: { jobId: $id, title: "A shop for our bakery", skills: ["Go"] }) { job { title skills } userErrors { code } } }'
  const Close = 'mutation ($id: ID!) { closeJob(input: { jobId: $id }) { job { status } userErrors { code } } }'
  for (const document of [Change, Close])
    for (const stranger of [await client(), await seller(market)])
      expect((await market.marketplace.as(stranger).run(document, { id })).errors).toMatchObject([
        { extensions: { code: 'NOT_FOUND' } },
      ])
  expect((await market.marketplace.as(owner).query(Change, { id })).updateJob.job).toEqual({
    title: 'A shop for our bakery',
    skills: ['go'],
  })
  expect(await market.marketplace.outbox('job.updated')).toContainEqual({
    ...{ jobId: id, clientId: owner.id, title: 'A shop for our bakery' },
    budget: { amountMinor: 80_000, currency: 'USD' },
  })
  expect((await market.marketplace.as(owner).query(Close, { id })).closeJob.job.status).toBe('CLOSED')
  expect((await market.marketplace.as(owner).query(Change, { id })).updateJob.userErrors).toEqual([
    { code: 'INVALID_STATE' },
  ])
})

test('who may look for jobs and post them', async () => {
  const id = await post(await client())
  expect((await market.marketplace.as(await client()).query(Job, { id })).job).toBeNull()
  const code = async (viewer: ReturnType<typeof person> | null, document: string, variables = {}) =>
    (await market.marketplace.as(viewer).run(document, variables)).errors?.[0]?.extensions?.code
  expect(await code(null, Job, { id })).toBe('UNAUTHENTICATED')
  expect(await code(person('CLIENT'), '{ searchJobs { nodes { id } } }')).toBe('FORBIDDEN')
  expect(await code(person('FREELANCER'), Post, { input: jobInput })).toBe('FORBIDDEN')
  const unverified = await market.marketplace.as(person('CLIENT')).query(Post, { input: jobInput })
  expect(unverified.postJob.userErrors).toMatchObject([{ code: 'EMAIL_NOT_VERIFIED' }])
})
