import type { Viewer } from '@gigraph/shared/auth'
import { connectionFields, person, staff } from '@gigraph/shared/testing'
import { after, makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { marketplaceService } from '../src/index.ts'
import { seedMarketplace } from '../src/seed.ts'
import {
  decisions,
  favourites,
  gigs,
  invitations,
  jobs,
  offers,
  proposals,
  reports,
  savedJobs,
  tools,
} from '../src/tables.ts'
import { jobInput, type Market, seedGig, startMarket } from './market.ts'

const MANY = 55
const owner = person('CLIENT', 'FREELANCER', 'TOOL_CREATOR')
const moderator = staff('content:moderate')
let market: Market
let gigId: string

/** Somebody with 55 of everything. */
beforeAll(async () => {
  market = await startMarket()
  const { db, clock } = market.marketplace.context
  const at = (index: number) => new Date(clock.now().getTime() - index * 1_000)
  const many = <T>(make: (index: number) => T) => Array.from({ length: MANY }, (_, index) => make(index))
  const offered = many((index) => seedGig({ sellerId: owner.id, createdAt: at(index) }))
  await seedMarketplace(market.marketplace.context, {
    sellers: [
      {
        userId: owner.id,
        level: 'NEW',
        languages: ['en'],
        country: null,
        availableNow: true,
        emailVerifiedAt: clock.now(),
      },
    ],
    gigs: [
      ...offered,
      ...many((index) => seedGig({ sellerId: owner.id, status: 'PENDING_REVIEW', createdAt: at(index) })),
    ],
  })
  await db
    .insert(favourites)
    .values(offered.map(({ id }, index) => ({ userId: owner.id, gigId: id, createdAt: at(index) })))
  await db.insert(reports).values(
    offered.map(({ id }, index) => ({
      id: makeId(),
      listingId: id,
      kind: 'GIG' as const,
      reporterId: owner.id,
      reason: 'Look.',
      createdAt: at(index),
    })),
  )
  await db.insert(decisions).values(
    many((index) => ({
      id: makeId(),
      listingId: offered[0]?.id ?? '',
      kind: 'GIG' as const,
      moderatorId: moderator.id,
      decision: 'DISMISSED' as const,
      createdAt: at(index),
    })),
  )
  gigId = offered[0]?.id ?? ''
  const { title, description, skills, questions } = jobInput
  const posted = many((index) => ({
    id: makeId(),
    clientId: owner.id,
    status: 'OPEN' as const,
    title,
    description,
    skills,
    questions,
    categoryId: 'websites',
    topCategoryId: 'programming-tech',
    keywords: '',
    budgetKind: 'FIXED' as const,
    budgetMinMinor: 500,
    budgetMaxMinor: 900,
    currency: 'USD',
    duration: 'WEEKS' as const,
    level: 'ENTRY' as const,
    postedAt: at(index),
    expiresAt: after(clock.now(), '9d'),
    updatedAt: at(index),
  }))
  await db.insert(jobs).values(posted)
  await db
    .insert(savedJobs)
    .values(posted.map(({ id }, index) => ({ userId: owner.id, jobId: id, createdAt: at(index) })))
  const [first] = posted
  const proposal = (jobId: string, freelancerId: string, index: number) => ({
    id: makeId(),
    jobId,
    freelancerId,
    status: 'SUBMITTED' as const,
    coverLetter: 'I will.',
    bidMinor: 500,
    currency: 'USD',
    deliveryDays: 2,
    milestones: [],
    answers: [],
    createdAt: at(index),
    updatedAt: at(index),
  })
  await db
    .insert(proposals)
    .values([
      ...posted.map(({ id }, index) => proposal(id, owner.id, index)),
      ...many((index) => proposal(first?.id ?? '', makeId(), index)),
    ])
  await db.insert(invitations).values(
    [...posted, ...many(() => first)].map((job, index) => ({
      id: makeId(),
      jobId: job?.id ?? '',
      clientId: owner.id,
      freelancerId: makeId(),
      status: 'SENT' as const,
      message: '',
      createdAt: at(index),
    })),
  )
  await db.insert(offers).values(
    many((index) => ({
      id: makeId(),
      freelancerId: owner.id,
      clientId: makeId(),
      status: 'SENT' as const,
      title,
      description,
      priceMinor: 500,
      currency: 'USD',
      deliveryDays: 2,
      createdAt: at(index),
      expiresAt: after(clock.now(), '9d'),
    })),
  )
  const tool = (status: 'ACTIVE' | 'PENDING_REVIEW') => (index: number) => ({
    id: makeId(),
    creatorId: owner.id,
    status,
    title,
    description,
    endpoint: 'https://tools.example/',
    pointsPerUse: 1,
    createdAt: at(index),
    updatedAt: at(index),
  })
  await db.insert(tools).values([...many(tool('ACTIVE')), ...many(tool('PENDING_REVIEW'))])
  expect(await db.$count(gigs)).toBe(2 * MANY)
})
afterAll(() => market.close())

const gig = 'id title isFavourite pendingChange { title } category { name parent { name } } packages { tier }'
const job =
  'id status isSaved proposalCount viewerProposal { id job { id } } viewerInvitation { id } category { name } filledBy { id }'
const proposal = 'id job { id title proposalCount } freelancer { id }'
const tool = 'id title creator { id } endpoint'
const ofViewer = (fields: string) =>
  `query ($n: Int!, $of: [_Any!]!) { _entities(representations: $of) { ... on Viewer { ${fields} } } }`

const ofUser = (fields: string) =>
  `query ($n: Int!, $of: [_Any!]!) { _entities(representations: $of) { ... on User { ${fields} } } }`

const lists: readonly (readonly [string, string, Viewer])[] = [
  [
    'Query.searchGigs',
    `query ($n: Int!) { searchGigs(query: "harpsichord", first: $n) { totalCount facets { levels { count } } nodes { ${gig} } } }`,
    owner,
  ],
  ['Query.searchGigs without words', `query ($n: Int!) { searchGigs(first: $n) { nodes { ${gig} } } }`, owner],
  ['Query.searchJobs', `query ($n: Int!) { searchJobs(first: $n) { nodes { ${job} } } }`, owner],
  [
    'Query.searchJobs with words',
    `query ($n: Int!) { searchJobs(query: "bakery", first: $n) { totalCount facets { levels { count } } nodes { ${job} } } }`,
    owner,
  ],
  ['Query.tools', `query ($n: Int!) { tools(first: $n) { nodes { ${tool} } } }`, owner],
  ['Query.moderationQueue', `query ($n: Int!) { moderationQueue(first: $n) { nodes { ${gig} } } }`, moderator],
  ['Query.toolModerationQueue', `query ($n: Int!) { toolModerationQueue(first: $n) { nodes { ${tool} } } }`, moderator],
  [
    'Query.listingReports',
    `query ($n: Int!) { listingReports(first: $n) { nodes { reason listing { ... on Gig { ${gig} } } } } }`,
    moderator,
  ],
  ...[
    ['gigs', gig],
    ['drafts', gig],
    ['favourites', gig],
    ['jobs', job],
    ['savedJobs', job],
    ['proposals', proposal],
    ['invitations', 'id job { id title } freelancer { id }'],
    ['customOffers', 'id client { id } status'],
    ['tools', tool],
  ].map(([name, fields]) => [`Viewer.${name}`, ofViewer(`${name}(first: $n) { nodes { ${fields} } }`), owner] as const),
  ...[
    ['gigs', gig],
    ['jobs', job],
    ['tools', tool],
  ].map(([name, fields]) => [`User.${name}`, ofUser(`${name}(first: $n) { nodes { ${fields} } }`), owner] as const),
  [
    'Query.listingDecisions',
    `query ($n: Int!, $id: ID!) { listingDecisions(listingId: $id, first: $n) { nodes { decision moderator { id } } } }`,
    moderator,
  ],
  [
    'Job.invitations',
    ofViewer('jobs(first: 1) { nodes { invitations(first: $n) { nodes { id job { id } } } } }'),
    owner,
  ],
  ['Job.proposals', ofViewer(`jobs(first: 1) { nodes { proposals(first: $n) { nodes { ${proposal} } } } }`), owner],
]

/** The first list of an answer, however deep. */
const nodesOf = (value: unknown): unknown[] => {
  if (Array.isArray(value)) return nodesOf(value[0])
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.values(value).find((each) => typeof each === 'object' && each !== null)
  const { nodes } = value as { nodes?: unknown[] }
  if (nodes && nodes.length !== 1) return nodes
  return nodesOf(nodes ?? inner)
}

test.each(lists)('statements of %s are the same for 5 and for 50 results', async (_, document, viewer) => {
  const counted: number[] = []
  for (const n of [5, 50]) {
    const of = [{ __typename: document.includes('on User') ? 'User' : 'Viewer', id: owner.id }]
    const variables = { n, ...(document.includes('$of') && { of }), ...(document.includes('$id') && { id: gigId }) }
    let found: unknown
    counted.push(
      await market.marketplace.countStatements(async () => {
        found = await market.marketplace.as(viewer).query(document, variables)
      }),
    )
    expect(nodesOf(found)).toHaveLength(n)
  }
  expect(counted[0]).toBeGreaterThan(0)
  expect(counted[1]).toBe(counted[0])
})

test('every list of the schema is among them', () => {
  const all = connectionFields(marketplaceService)
  expect(all.filter((name) => !lists.some(([covered]) => covered.split(' ')[0] === name))).toEqual([])
})

test.each([
  ['relatedGigs', 24, `query ($n: Int!, $id: ID!) { found: relatedGigs(gigId: $id, first: $n) { ${gig} } }`],
  ['suggest', 20, 'query ($n: Int!) { found: suggest(prefix: "ha", first: $n) { text category { name } } }'],
])('statements of %s are the same for 2 and for %i results', async (_, most, document) => {
  const statements = (n: number) =>
    market.marketplace.countStatements(() =>
      market.marketplace.as(owner).query(document, document.includes('$id') ? { n, id: gigId } : { n }),
    )
  expect(await statements(2)).toBeGreaterThan(0)
  expect(await statements(most)).toBe(await statements(2))
})

test.each([
  ['Gig', gig],
  ['Job', job],
  ['Tool', tool],
  ['Proposal', proposal],
  ['Invitation', 'id job { id title } freelancer { id }'],
  ['CustomOffer', 'id client { id } status'],
])('statements of references to %s are the same for 5 and for 50', async (type, fields) => {
  const { db } = market.marketplace.context
  const table = {
    Gig: gigs,
    Job: jobs,
    Tool: tools,
    Proposal: proposals,
    Invitation: invitations,
    CustomOffer: offers,
  }[type]
  if (!table) throw new Error(`there is no table of ${type}`)
  const ids = (await db.select({ id: table.id }).from(table).limit(50)).map(({ id }) => id)
  const document = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${fields} } } }`
  const statements = (n: number) => {
    const of = ids.slice(0, n).map((id) => ({ __typename: type, id }))
    return market.marketplace.countStatements(() => market.marketplace.as(owner).query(document, { of }))
  }
  expect(ids).toHaveLength(50)
  expect(await statements(50)).toBe(await statements(5))
})
