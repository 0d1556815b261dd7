import { connectionFields, staff, startTestServices } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { profilesService } from '../src/index.ts'
import { seedProfiles } from '../src/seed.ts'
import { avatars, clientJobs, clientPayments, clientProfiles, profileEntries, uploads } from '../src/tables.ts'

const start = () => startTestServices({ profiles: profilesService })
let services: Awaited<ReturnType<typeof start>>
const reviewer = staff('profiles:verify')
const ids = Array.from({ length: 55 }, makeId)
const images = ids.map(makeId)

/** 55 people who are freelancers and clients, with one of everything. */
beforeAll(async () => {
  services = await start()
  const { db, clock } = services.profiles.context
  const now = clock.now()
  const at = (index: number) => new Date(now.getTime() - index * 1_000)
  await seedProfiles(services.profiles.context, {
    freelancers: ids.map((userId, index) => ({
      ...{ userId, displayName: `Person ${index}`, headline: 'Vitrine builder', bio: '**Glass**' },
      ...{ skills: [{ name: 'Glazing', level: 3 }], hourlyRateMinor: 1_000 + index, country: 'SE', timeZone: null },
      ...{ languages: [], createdAt: at(index) },
    })),
    clients: [],
  })
  const document = { purpose: 'VERIFICATION_DOCUMENT' as const, contentType: 'application/pdf' }
  const picture = { purpose: 'AVATAR' as const, contentType: 'image/webp' }
  const file = { status: 'READY' as const, fileName: 'a', alt: '', byteSize: 1, createdAt: now, claimedAt: now }
  const documents = ids.map(makeId)
  await db.insert(uploads).values(
    ids.flatMap((userId, index) => [
      { ...file, ...picture, id: images[index] ?? '', userId },
      { ...file, ...document, id: documents[index] ?? '', userId },
    ]),
  )
  await db.insert(avatars).values(ids.map((userId, index) => ({ userId, imageId: images[index] ?? '' })))
  await db.insert(clientProfiles).values(
    ids.map((userId, index) => ({
      ...{ userId, companyName: 'Ek AB', verification: 'PENDING' as const, verificationRequestedAt: now },
      ...{ verificationDocumentIds: [documents[index] ?? ''], createdAt: at(index), updatedAt: now },
    })),
  )
  const content = { title: 'One', organization: 'Two', startedOn: '2020-01-01' }
  await db
    .insert(profileEntries)
    .values(
      ids.map((userId) => ({ id: makeId(), userId, kind: 'PORTFOLIO' as const, position: 1, content, createdAt: now })),
    )
  await db.insert(clientJobs).values(ids.map((clientId) => ({ jobId: makeId(), clientId, status: 'OPEN' as const })))
  const paid = { remainingMinor: 5_000, currency: 'USD', paidAt: now }
  await db
    .insert(clientPayments)
    .values(ids.map((clientId) => ({ paymentId: makeId(), clientId, orderId: makeId(), ...paid })))
})
afterAll(() => services.close())

const freelancer = `userId user { avatar { url } freelancerProfile { headline } clientProfile { companyName } } bioHtml skills { name } hourlyRate { formatted }
  stats { rating } level levelExplanation { metric } completeness { percent } portfolio { title images { url } } experience { title } education { title } certifications { title }`
const client = `userId user { avatar { url } } image { url } completeness { percent } verification { status } verificationDocuments { url }
  jobStats { posted averageBudget { formatted } } spendingBand spending { total { formatted } byMonth { month } }`

const lists: readonly (readonly [string, string])[] = [
  ['Query.freelancers', `query ($n: Int!) { found: freelancers(first: $n) { nodes { ${freelancer} } } }`],
  [
    'Query.freelancers with words',
    `query ($n: Int!) { found: freelancers(query: "vitrine", first: $n) { nodes { ${freelancer} } } }`,
  ],
  [
    'Query.freelancers with typing errors',
    `query ($n: Int!) { found: freelancers(query: "vitrinne bilder", first: $n) { nodes { ${freelancer} } } }`,
  ],
  [
    'Query.freelancers with counts',
    `query ($n: Int!) { found: freelancers(query: "vitrine", first: $n) { totalCount facets { levels { count } countries { count } } nodes { userId } } }`,
  ],
  ['Query.clientProfiles', `query ($n: Int!) { found: clientProfiles(first: $n) { nodes { ${client} } } }`],
  ['Query.verificationQueue', `query ($n: Int!) { found: verificationQueue(first: $n) { nodes { ${client} } } }`],
]

test.each(lists)('statements of %s are the same for 5 and for 50 results', async (_, document) => {
  const statements = (n: number) =>
    services.profiles.countStatements(async () => {
      const { found } = await services.profiles.as(reviewer).query(document, { n })
      expect(found.nodes).toHaveLength(n)
    })
  expect(await statements(5)).toBeGreaterThan(0)
  expect(await statements(50)).toBe(await statements(5))
})

test('every list of the schema is among them', () => {
  const all = connectionFields(profilesService)
  expect(all.filter((name) => !lists.some(([covered]) => covered.split(' ')[0] === name))).toEqual([])
})

test.each([
  [
    'User',
    (index: number) => ({ id: ids[index] }),
    `freelancerProfile { ${freelancer} } clientProfile { ${client} } avatar { url }`,
  ],
  ['FreelancerProfile', (index: number) => ({ userId: ids[index] }), freelancer],
  ['ClientProfile', (index: number) => ({ userId: ids[index] }), client],
  ['Image', (index: number) => ({ id: images[index] }), 'url status'],
] as const)('statements of references to %s are the same for 5 and for 50', async (type, key, fields) => {
  const document = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${fields} } } }`
  const statements = (n: number) =>
    services.profiles.countStatements(async () => {
      const of = Array.from({ length: n }, (_, index) => ({ __typename: type, ...key(index) }))
      const { _entities } = await services.profiles.as(reviewer).query(document, { of })
      expect(_entities.filter((found: unknown) => found !== null)).toHaveLength(n)
    })
  expect(await statements(5)).toBeGreaterThan(0)
  expect(await statements(50)).toBe(await statements(5))
})

test('statements of skills are the same for 5 and for 50', async () => {
  const statements = (n: number) =>
    services.profiles.countStatements(() =>
      services.profiles.anonymous.query('query ($n: Int!) { skills(query: "de", first: $n) { name } }', { n }),
    )
  expect(await statements(50)).toBe(await statements(5))
})
