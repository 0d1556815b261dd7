import { userDeleted, userReinstated, userSuspended } from '@gigraph/identity/events'
import { person, staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gigs } from '../src/tables.ts'
import { CreateGig, gigInput, type Market, publishedGig, SubmitGig, seller, startMarket } from './market.ts'

let market: Market
beforeAll(async () => {
  market = await startMarket()
})
afterAll(() => market.close())

const Gig = /* GraphQL */ `query ($id: ID, $slug: String) { gig(id: $id, slug: $slug) { id slug status version title seller { id } category { name parent { name } } tags
  packages { tier price { formatted } revisions features } extras { id title extraDays } requirements { id kind required } startingPrice { formatted } deliveryDays rating ratingCount sales moderationReason } }`
const Update = /* GraphQL */ `mutation ($input: UpdateGigInput!) { updateGig(input: $input) { gig { id version title extras { id title } } userErrors { code message field allowed } } }`
const act = (name: string) =>
  `mutation ($id: ID!) { ${name}(input: { gigId: $id }) { gig { id status } userErrors { code allowed } } }`
const see = async (id: string, viewer = market.marketplace.anonymous) => (await viewer.query(Gig, { id })).gig
const onMarket = async (id: string) =>
  (
    await market.marketplace.anonymous.query('query { searchGigs(query: "logo", first: 100) { nodes { id } } }')
  ).searchGigs.nodes.some((node: { id: string }) => node.id === id)

test('a draft is its owner’s alone until it is submitted; then everybody finds it', async () => {
  const ann = await seller(market)
  const client = market.marketplace.as(ann)
  const { createGig } = await client.query(CreateGig, { input: gigInput })
  expect(createGig).toMatchObject({ gig: { status: 'DRAFT', version: 1 }, userErrors: [] })
  const { id, slug } = createGig.gig
  expect(await see(id)).toBeNull()
  expect(await see(id, market.marketplace.as(person('FREELANCER')))).toBeNull()
  expect(await see(id, market.marketplace.as(staff('content:moderate')))).toMatchObject({ id })
  const { submitGig } = await client.query(SubmitGig, { id })
  expect(submitGig).toMatchObject({ gig: { status: 'ACTIVE', version: 1 }, userErrors: [] })
  expect(await see(id)).toMatchObject({
    seller: { id: ann.id },
    category: { name: 'Logo Design', parent: { name: 'Graphics & Design' } },
    tags: ['logo', 'branding'],
    packages: [
      { tier: 'BASIC', price: { formatted: '$50.00' }, revisions: 1, features: [] },
      { tier: 'PREMIUM', price: { formatted: '$250.00' }, revisions: null, features: ['Source files'] },
    ],
    startingPrice: { formatted: '$50.00' },
    deliveryDays: 4,
    rating: null,
    sales: 0,
  })
  expect((await market.marketplace.anonymous.query(Gig, { slug })).gig.id).toBe(id)
  expect(await onMarket(id)).toBe(true)
  expect(await market.marketplace.outbox('gig.published')).toContainEqual({
    gigId: id,
    sellerId: ann.id,
    title: gigInput.title,
    version: 1,
  })
  expect((await client.query(SubmitGig, { id })).submitGig.userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
})

test.each([
  [{ title: 'Too short' }, ['title']],
  [{ categoryId: 'graphics-design' }, ['categoryId']],
  [{ categoryId: 'nowhere' }, ['categoryId']],
  [{ tags: Array.from({ length: 9 }, (_, index) => `tag ${index}`) }, ['tags']],
  [{ tags: ['<script>'] }, ['tags', '0']],
  [{ packages: [{ ...gigInput.packages[1], price: { amountMinor: 499 } }] }, ['packages', '0', 'price', 'amountMinor']],
  [
    { packages: [{ ...gigInput.packages[1], price: { amountMinor: 900, currency: 'EUR' } }] },
    ['packages', '0', 'price', 'currency'],
  ],
  [{ packages: [gigInput.packages[1], gigInput.packages[1]] }, ['packages']],
  [{ packages: [gigInput.packages[0], { ...gigInput.packages[1], price: { amountMinor: 30_000 } }] }, ['packages']],
  [{ packages: [{ ...gigInput.packages[1], deliveryDays: 91 }] }, ['packages', '0', 'deliveryDays']],
  [{ requirements: [{ question: 'Which?', kind: 'CHOICE', choices: ['one'] }] }, ['requirements', '0', 'choices']],
  [{ description: 'x'.repeat(10_001) }, ['description']],
])('%o is refused at %s', async (change, field) => {
  const client = market.marketplace.as(await seller(market))
  const { createGig } = await client.query(CreateGig, { input: { ...gigInput, ...change } })
  expect(createGig.gig).toBeNull()
  expect(createGig.userErrors).toContainEqual(
    expect.objectContaining({ code: 'VALIDATION', field: ['input', ...field] }),
  )
})

test('a draft may lack nearly all; submitting names what is missing', async () => {
  const client = market.marketplace.as(await seller(market))
  const { createGig } = await client.query(CreateGig, {
    input: { title: 'I will do something good', categoryId: 'websites' },
  })
  const { submitGig } = await client.query(SubmitGig, { id: createGig.gig.id })
  expect(submitGig.gig).toBeNull()
  expect(submitGig.userErrors.map((error: { field: string[] }) => error.field[1])).toEqual([
    'description',
    'packages',
    'tags',
  ])
})

test('selling needs a verified address, good standing and the role', async () => {
  const unverified = person('FREELANCER')
  const refused = await market.marketplace.as(unverified).query(CreateGig, { input: gigInput })
  expect(refused.createGig.userErrors).toMatchObject([{ code: 'EMAIL_NOT_VERIFIED' }])
  const bad = await seller(market)
  await market.marketplace.consume(userSuspended, { userId: bad.id, reason: 'x', until: null })
  expect((await market.marketplace.as(bad).query(CreateGig, { input: gigInput })).createGig.userErrors).toMatchObject([
    { code: 'NOT_ALLOWED' },
  ])
  const buyer = await market.marketplace.as(person('CLIENT')).run(CreateGig, { input: gigInput })
  expect(buyer.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  const nobody = await market.marketplace.anonymous.run(CreateGig, { input: gigInput })
  expect(nobody.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
})

test('an update of a published gig makes a version; ids of extras stay', async () => {
  const ann = await seller(market)
  const id = await publishedGig(market, ann)
  const client = market.marketplace.as(ann)
  const before = (await see(id)).extras[0]
  const { updateGig } = await client.query(Update, {
    input: {
      gigId: id,
      title: 'I will design a better logo',
      extras: [
        { id: before.id, title: 'Express!', price: { amountMinor: 2_500 }, extraDays: -2 },
        { id: 'made-up', title: 'New', price: { amountMinor: 100 } },
      ],
    },
  })
  expect(updateGig).toMatchObject({
    gig: { version: 2, extras: [{ id: before.id, title: 'Express!' }, { title: 'New' }] },
    userErrors: [],
  })
  expect(updateGig.gig.extras[1].id).not.toBe('made-up')
  expect(await see(id)).toMatchObject({ version: 2, title: 'I will design a better logo', tags: ['logo', 'branding'] })
  expect(await market.marketplace.outbox('gig.updated')).toContainEqual(
    expect.objectContaining({ gigId: id, version: 2 }),
  )
  const incomplete = await client.query(Update, { input: { gigId: id, packages: [] } })
  expect(incomplete.updateGig.userErrors).toMatchObject([{ code: 'VALIDATION', field: ['input', 'packages'] }])
  expect((await see(id)).version).toBe(2)
})

test('a gig pauses, resumes and ends; what is not possible says what is', async () => {
  const ann = await seller(market)
  const id = await publishedGig(market, ann)
  const client = market.marketplace.as(ann)
  expect((await client.query(act('resumeGig'), { id })).resumeGig.userErrors).toMatchObject([
    { code: 'INVALID_STATE', allowed: expect.arrayContaining(['pause', 'archive']) },
  ])
  expect((await client.query(act('pauseGig'), { id })).pauseGig.gig.status).toBe('PAUSED')
  expect(await onMarket(id)).toBe(false)
  expect(await see(id)).toMatchObject({ status: 'PAUSED' })
  expect((await client.query(act('resumeGig'), { id })).resumeGig.gig.status).toBe('ACTIVE')
  expect(await onMarket(id)).toBe(true)
  expect((await client.query(act('archiveGig'), { id })).archiveGig.gig.status).toBe('ARCHIVED')
  expect(await onMarket(id)).toBe(false)
  expect(await see(id)).toBeNull()
  expect((await client.query(act('resumeGig'), { id })).resumeGig.userErrors).toMatchObject([{ allowed: [] }])
})

test('a seller keeps fifty gigs, however many are made at once', async () => {
  const ann = await seller(market)
  const { db, makeId: newId, clock } = market.marketplace.context
  const at = clock.now()
  const kept = Array.from({ length: 47 }, newId).map((id) => ({
    id,
    sellerId: ann.id,
    slug: id,
    status: 'DRAFT' as const,
  }))
  await db.insert(gigs).values(kept.map((gig) => ({ ...gig, draftVersion: 1, createdAt: at, updatedAt: at })))
  const made = await Promise.all(
    Array.from({ length: 8 }, () => market.marketplace.as(ann).query(CreateGig, { input: gigInput })),
  )
  const codes = made.flatMap(({ createGig }) => createGig.userErrors.map(({ code }: { code: string }) => code))
  expect(codes).toEqual(Array.from({ length: 5 }, () => 'LIMIT_EXCEEDED'))
})

test('a copy is a draft of its own', async () => {
  const ann = await seller(market)
  const id = await publishedGig(market, ann)
  const { duplicateGig } = await market.marketplace.as(ann).query(act('duplicateGig'), { id })
  expect(duplicateGig.gig.status).toBe('DRAFT')
  expect(duplicateGig.gig.id).not.toBe(id)
})

test.each(['submitGig', 'pauseGig', 'resumeGig', 'archiveGig', 'duplicateGig'])('%s is for the owner', async (name) => {
  const ann = await seller(market)
  const id = await publishedGig(market, ann)
  const draft = (await market.marketplace.as(ann).query(CreateGig, { input: gigInput })).createGig.gig.id
  const codeFor = async (viewer: Parameters<typeof market.marketplace.as>[0], gigId: string) =>
    (await market.marketplace.as(viewer).run(act(name), { id: gigId })).errors?.[0]?.extensions?.code
  expect(await codeFor(await seller(market), id)).toBe('FORBIDDEN')
  expect(await codeFor(await seller(market), draft)).toBe('NOT_FOUND')
  expect(await codeFor(staff('content:moderate'), id)).toBe('FORBIDDEN')
  expect(await codeFor(null, id)).toBe('UNAUTHENTICATED')
  expect(await codeFor(ann, makeId())).toBe('NOT_FOUND')
  expect(await codeFor(ann, 'nonsense')).toBe('NOT_FOUND')
})

test('a stranger changes nothing', async () => {
  const id = await publishedGig(market, await seller(market))
  const refused = await market.marketplace
    .as(await seller(market))
    .run(Update, { input: { gigId: id, title: 'I will take this over' } })
  expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
})

test('a seller lists own gigs in any state, others see those on the market', async () => {
  const ann = await seller(market)
  const id = await publishedGig(market, ann)
  const draft = (await market.marketplace.as(ann).query(CreateGig, { input: gigInput })).createGig.gig.id
  const of = (type: string) => ({ of: [{ __typename: type, id: ann.id }] })
  const Gigs = (type: string) =>
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { gigs { nodes { id } } } } }`
  const ids = async (client: typeof market.marketplace.anonymous, type: string) =>
    (await client.query(Gigs(type), of(type)))._entities[0]?.gigs.nodes.map((node: { id: string }) => node.id)
  expect(await ids(market.marketplace.as(ann), 'Viewer')).toEqual([draft, id])
  expect(await ids(market.marketplace.as(person()), 'Viewer')).toBeUndefined()
  expect(await ids(market.marketplace.anonymous, 'User')).toEqual([id])
})

test('a suspended seller leaves the market and comes back, whatever order the news arrive in', async () => {
  const ann = await seller(market)
  const id = await publishedGig(market, ann)
  const now = market.marketplace.clock.now()
  const later = new Date(now.getTime() + 1_000)
  await market.marketplace.consume(userSuspended, { userId: ann.id, reason: 'x', until: null }, { occurredAt: now })
  expect(await onMarket(id)).toBe(false)
  expect(await see(id)).toBeNull()
  await market.marketplace.consume(userReinstated, { userId: ann.id }, { occurredAt: later })
  await market.marketplace.consume(userSuspended, { userId: ann.id, reason: 'x', until: null }, { occurredAt: now })
  expect(await onMarket(id)).toBe(true)
})

test('a deleted seller leaves no words behind', async () => {
  const ann = await seller(market)
  const id = await publishedGig(market, ann)
  await market.marketplace.consume(userDeleted, { userId: ann.id })
  expect(await onMarket(id)).toBe(false)
  expect(await see(id, market.marketplace.as(staff('content:moderate')))).toMatchObject({
    title: 'Deleted gig',
    packages: [],
  })
})
