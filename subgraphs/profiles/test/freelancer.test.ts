import { userDeleted, userEmailVerified, userRegistered } from '@gigraph/identity/events'
import { orderCancelled, orderCompleted } from '@gigraph/orders/events'
import { reviewHidden, reviewPublished } from '@gigraph/reviews/events'
import type { Role } from '@gigraph/shared/auth'
import { person, startTestServices } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tellAvailability } from '../src/freelancer/tell-availability.ts'
import { profilesService } from '../src/index.ts'
import { seedProfiles } from '../src/seed.ts'

const start = () => startTestServices({ profiles: profilesService })
let services: Awaited<ReturnType<typeof start>>
beforeAll(async () => {
  services = await start()
})
afterAll(() => services.close())

const Update = /* GraphQL */ `mutation ($input: UpdateFreelancerProfileInput!) { updateFreelancerProfile(input: $input) {
  freelancerProfile { userId headline bio hourlyRate { formatted } country { name } languages { code name proficiency } completeness { percent missing } }
  userErrors { code message field } } }`
const SetSkills = /* GraphQL */ `mutation ($skills: [FreelancerSkillInput!]!) { setSkills(input: { skills: $skills }) { freelancerProfile { skills { slug name level } } userErrors { code field } } }`
const SetAvailability = /* GraphQL */ `mutation ($input: SetAvailabilityInput!) { setAvailability(input: $input) { freelancerProfile { availability { status availableNow awayTo } } userErrors { code field } } }`
const Profile = /* GraphQL */ `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { id freelancerProfile { headline level levelExplanation { metric value needed met } completeness { percent } stats { ordersCompleted completionRate onTimeRate rating ratingCount repeatClients } } clientProfile { userId } } } }`
const userOf = (id: string) => ({ of: [{ __typename: 'User', id }] })
const profileOf = async (id: string, as = services.profiles.anonymous) =>
  (await as.query(Profile, userOf(id)))._entities[0]

const register = async (...roles: Role[]) => {
  const viewer = person(...roles)
  await services.profiles.consume(userRegistered, {
    userId: viewer.id,
    handle: `h${viewer.id.slice(-8)}`,
    displayName: 'Ann Example',
    roles: [...roles],
  })
  return viewer
}
const orderOf = (sellerId: string, buyerId: string) => ({
  orderId: makeId(),
  buyerId,
  sellerId,
  title: 'A logo',
  gigId: null,
  total: { amountMinor: 5_000, currency: 'USD' },
})

test('registering brings the empty profile of each role, once', async () => {
  const freelancer = await register('FREELANCER')
  expect(await profileOf(freelancer.id)).toMatchObject({
    freelancerProfile: { headline: '', level: 'NEW' },
    clientProfile: null,
  })
  const both = await register('FREELANCER', 'CLIENT')
  expect(await profileOf(both.id)).toMatchObject({
    freelancerProfile: { level: 'NEW' },
    clientProfile: { userId: both.id },
  })
})

test('a freelancer changes the given fields only', async () => {
  const ann = await register('FREELANCER')
  const client = services.profiles.as(ann)
  const first = await client.query(Update, {
    input: {
      headline: 'Logos that last',
      bio: 'x'.repeat(120),
      hourlyRate: { amountMinor: 4_500 },
      country: 'DE',
      languages: [{ code: 'en', proficiency: 'FLUENT' }],
    },
  })
  expect(first.updateFreelancerProfile).toMatchObject({
    freelancerProfile: {
      headline: 'Logos that last',
      hourlyRate: { formatted: '$45.00' },
      country: { name: 'Germany' },
      languages: [{ code: 'en', name: 'English', proficiency: 'FLUENT' }],
      completeness: { percent: 60, missing: ['skills', 'picture', 'portfolio', 'timeZone'] },
    },
    userErrors: [],
  })
  const second = await client.query(Update, { input: { headline: 'Logos', country: null } })
  expect(second.updateFreelancerProfile.freelancerProfile).toMatchObject({
    headline: 'Logos',
    country: null,
    hourlyRate: { formatted: '$45.00' },
  })
  expect(await services.profiles.outbox('profile.updated')).toContainEqual({
    userId: ann.id,
    headline: 'Logos',
    country: null,
    languages: ['en'],
    availableNow: true,
  })
  expect((await profileOf(ann.id)).freelancerProfile.completeness).toBeNull()
})

test.each([
  [{ headline: 'x'.repeat(121) }, 'headline'],
  [{ bio: 'x'.repeat(5_001) }, 'bio'],
  [{ country: 'XX1' }, 'country'],
  [{ country: 'QQ' }, 'country'],
  [{ timeZone: 'Mars/Olympus' }, 'timeZone'],
  [{ hourlyRate: { amountMinor: 99 } }, 'hourlyRate'],
  [{ hourlyRate: { amountMinor: 5_000, currency: 'EUR' } }, 'hourlyRate'],
  [{ languages: [{ code: 'zz', proficiency: 'BASIC' }] }, 'languages'],
  [
    {
      languages: [
        { code: 'en', proficiency: 'BASIC' },
        { code: 'en', proficiency: 'NATIVE' },
      ],
    },
    'languages',
  ],
])('%o is refused at %s', async (input, field) => {
  const ann = await register('FREELANCER')
  const { updateFreelancerProfile } = await services.profiles.as(ann).query(Update, { input })
  expect(updateFreelancerProfile.freelancerProfile).toBeNull()
  expect(updateFreelancerProfile.userErrors[0]).toMatchObject({ code: 'VALIDATION' })
  expect(updateFreelancerProfile.userErrors[0].field.slice(0, 2)).toEqual(['input', field])
})

test('only freelancers have a freelancer profile to change', async () => {
  const refused = await services.profiles.as(person('CLIENT')).run(Update, { input: { headline: 'x' } })
  expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  const nobody = await services.profiles.anonymous.run(Update, { input: { headline: 'x' } })
  expect(nobody.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
})

test('a freelancer who is faster than the event of the registration keeps what was written', async () => {
  const fast = person('FREELANCER')
  await services.profiles.as(fast).query(Update, { input: { headline: 'Fast' } })
  await services.profiles.consume(userRegistered, {
    userId: fast.id,
    handle: 'fast',
    displayName: 'Fast Person',
    roles: ['FREELANCER'],
  })
  const found = async () =>
    (await services.profiles.anonymous.query('{ freelancers(query: "fast person") { nodes { userId headline } } }'))
      .freelancers.nodes
  // Being found would tell that the address of a registration was new.
  expect(await found()).not.toContainEqual(expect.objectContaining({ userId: fast.id }))
  await services.profiles.consume(userEmailVerified, { userId: fast.id, roles: ['FREELANCER'] })
  expect(await found()).toContainEqual({ userId: fast.id, headline: 'Fast' })
})

test('skills take the name of the taxonomy, new ones are added, the same one twice is refused', async () => {
  const ann = await register('FREELANCER')
  const client = services.profiles.as(ann)
  const { setSkills } = await client.query(SetSkills, {
    skills: [
      { name: 'logo DESIGN', level: 3 },
      { name: 'C++', level: 1 },
      { name: 'C', level: 1 },
      { name: 'Underwater basket weaving' },
    ],
  })
  expect(setSkills.freelancerProfile.skills).toEqual([
    { slug: 'logo-design', name: 'Logo design', level: 3 },
    { slug: 'c-plus-plus', name: 'C++', level: 1 },
    { slug: 'c', name: 'C', level: 1 },
    { slug: 'underwater-basket-weaving', name: 'Underwater basket weaving', level: 2 },
  ])
  const { skills } = await client.query('{ skills(query: "underwatr") { name } }')
  expect(skills).toContainEqual({ name: 'Underwater basket weaving' })
  const twice = await client.query(SetSkills, { skills: [{ name: 'Go' }, { name: 'go' }] })
  expect(twice.setSkills.userErrors).toEqual([{ code: 'VALIDATION', field: ['input', 'skills', '1', 'name'] }])
  const bad = await client.query(SetSkills, { skills: [{ name: '<b>', level: 2 }] })
  expect(bad.setSkills.userErrors).toEqual([{ code: 'VALIDATION', field: ['input', 'skills', '0', 'name'] }])
})

test('a skill that only an erased person had is gone with them', async () => {
  const [ann, bob] = [await register('FREELANCER'), await register('FREELANCER')]
  const set = (viewer: typeof ann, ...names: string[]) =>
    services.profiles.as(viewer).query(SetSkills, { skills: names.map((name) => ({ name })) })
  await set(ann, 'Zorbing of Ann', 'Zorbing for all', 'Yoga')
  await set(bob, 'Zorbing for all')
  await services.profiles.consume(userDeleted, { userId: ann.id })
  const { skills } = await services.profiles.anonymous.query('{ skills(query: "zorbing") { name } }')
  expect(skills).toEqual([{ name: 'Zorbing for all' }])
  const known = await services.profiles.anonymous.query('{ skills(query: "yoga") { name } }')
  expect(known.skills).toContainEqual({ name: 'Yoga' })
})

test('days away that begin and end are told once each, although nobody changes anything', async () => {
  const ann = await register('FREELANCER')
  const day = (offset: number) =>
    new Date(services.profiles.clock.now().getTime() + offset * 86_400_000).toISOString().slice(0, 10)
  const told = async () =>
    (await services.profiles.outbox('profile.updated'))
      .filter(({ userId }) => userId === ann.id)
      .map(({ availableNow }) => availableNow)
  const run = () =>
    Promise.all([
      services.profiles.runJob(tellAvailability, {}),
      services.profiles.runJob(tellAvailability, {}),
      services.profiles.runJob(tellAvailability, {}),
    ])
  await services.profiles
    .as(ann)
    .query(SetAvailability, { input: { status: 'AVAILABLE', awayFrom: day(2), awayTo: day(3) } })
  await run()
  expect(await told()).toEqual([true])
  services.profiles.clock.advance('2d')
  await run()
  expect(await told()).toEqual([true, false])
  services.profiles.clock.advance('1d')
  await run()
  expect(await told()).toEqual([true, false])
  services.profiles.clock.advance('1d')
  await run()
  await run()
  expect(await told()).toEqual([true, false, true])
})

test('availability follows the days away', async () => {
  const ann = await register('FREELANCER')
  const client = services.profiles.as(ann)
  const day = (offset: number) =>
    new Date(services.profiles.clock.now().getTime() + offset * 86_400_000).toISOString().slice(0, 10)
  const away = await client.query(SetAvailability, {
    input: { status: 'AVAILABLE', awayFrom: day(-1), awayTo: day(1) },
  })
  expect(away.setAvailability.freelancerProfile.availability).toMatchObject({
    status: 'AVAILABLE',
    availableNow: false,
  })
  const back = await client.query(SetAvailability, { input: { status: 'AVAILABLE' } })
  expect(back.setAvailability.freelancerProfile.availability).toMatchObject({ availableNow: true, awayTo: null })
  for (const input of [
    { status: 'AWAY', awayFrom: day(0) },
    { status: 'AWAY', awayFrom: day(2), awayTo: day(1) },
  ])
    expect((await client.query(SetAvailability, { input })).setAvailability.userErrors).toEqual([
      { code: 'VALIDATION', field: ['input', 'awayTo'] },
    ])
})

test('orders and reviews make the level, once per event, and the change is told', async () => {
  const ann = await register('FREELANCER')
  const buyer = makeId()
  const eventId = makeId()
  const completed = (buyerId: string, id = makeId()) =>
    services.profiles.consume(
      orderCompleted,
      { ...orderOf(ann.id, buyerId), onTime: true, firstWithBuyer: false },
      { id },
    )
  await Promise.all([completed(buyer, eventId), completed(buyer, eventId)])
  await completed(buyer)
  await completed(makeId())
  const review = (rating: number) => ({
    reviewId: makeId(),
    orderId: makeId(),
    gigId: null,
    reviewerId: buyer,
    revieweeId: ann.id,
    of: 'SELLER' as const,
    rating,
    gigRating: null,
  })
  const bad = review(1)
  await services.profiles.consume(reviewPublished, review(5))
  await services.profiles.consume(reviewPublished, bad)
  expect((await profileOf(ann.id)).freelancerProfile).toMatchObject({
    level: 'NEW',
    stats: { rating: 3, ratingCount: 2 },
  })
  const { rating: _, of: __, ...hidden } = bad
  await services.profiles.consume(reviewHidden, hidden)
  expect((await profileOf(ann.id)).freelancerProfile).toMatchObject({
    level: 'RISING',
    stats: { ordersCompleted: 3, completionRate: 100, onTimeRate: 100, rating: 5, ratingCount: 1, repeatClients: 1 },
  })
  await services.profiles.consume(orderCancelled, {
    ...orderOf(ann.id, buyer),
    fault: 'SELLER',
    refund: { amountMinor: 5_000, currency: 'USD' },
  })
  const after = (await profileOf(ann.id)).freelancerProfile
  expect(after).toMatchObject({ level: 'NEW', stats: { completionRate: 75 } })
  expect(after.levelExplanation).toContainEqual({ metric: 'COMPLETION_RATE', value: 75, needed: 90, met: false })
  const changes = await services.profiles.outbox('freelancer.level_changed')
  expect(changes.filter((change) => change.userId === ann.id).map((change) => change.to)).toEqual([
    'RISING',
    'NEW',
    'RISING',
    'NEW',
  ])
})

test('a review that is hidden before it is heard of never counts', async () => {
  const ann = await register('FREELANCER')
  const review = {
    reviewId: makeId(),
    orderId: makeId(),
    gigId: null,
    reviewerId: makeId(),
    revieweeId: ann.id,
    gigRating: null,
  }
  await services.profiles.consume(reviewHidden, review)
  await services.profiles.consume(reviewPublished, { ...review, of: 'SELLER', rating: 1 })
  expect((await profileOf(ann.id)).freelancerProfile.stats).toMatchObject({ rating: null, ratingCount: 0 })
})

test('an erased person stays erased, whatever arrives late', async () => {
  const ann = await register('FREELANCER', 'CLIENT')
  await services.profiles.consume(userDeleted, { userId: ann.id })
  await services.profiles.consume(userRegistered, {
    userId: ann.id,
    handle: 'x',
    displayName: 'X',
    roles: ['FREELANCER', 'CLIENT'],
  })
  await services.profiles.consume(orderCompleted, { ...orderOf(ann.id, makeId()), onTime: true, firstWithBuyer: true })
  expect(await profileOf(ann.id)).toMatchObject({ freelancerProfile: null, clientProfile: null })
})

test('search finds by words and by typing errors, filters, sorts and pages without gaps', async () => {
  const rate = [3_000, 1_000, null, 2_000, 5_000]
  const seeds = rate.map((hourlyRateMinor, index) => ({
    userId: makeId(),
    displayName: `Zoë ${index}`,
    headline: `Xylophone maintenance ${index}`,
    bio: 'I tune them.',
    skills: [{ name: 'Tuning', level: 3 }],
    hourlyRateMinor,
    country: index < 2 ? 'SE' : 'NO',
    timeZone: 'Europe/Oslo',
    languages: [{ code: index === 0 ? 'sv' : 'no', proficiency: 'NATIVE' as const }],
    createdAt: new Date(Date.UTC(2020, 0, index + 1)),
  }))
  await seedProfiles(services.profiles.context, { freelancers: seeds, clients: [] })
  const Search =
    'query ($query: String, $filter: FreelancerFilter, $sort: FreelancerSort!, $first: Int, $after: String) { freelancers(query: $query, filter: $filter, sort: $sort, first: $first, after: $after) { nodes { userId stats { repeatClients } } pageInfo { endCursor hasNextPage } } }'
  const search = async (variables: object) =>
    (await services.profiles.anonymous.query(Search, { sort: 'RELEVANCE', ...variables })).freelancers
  const ids = async (variables: object) =>
    (await search(variables)).nodes.map((node: { userId: string }) =>
      seeds.findIndex((seed) => seed.userId === node.userId),
    )
  expect(await ids({ query: 'xylophone', sort: 'RATE_ASC' })).toEqual([1, 3, 0, 4, 2])
  expect(await ids({ query: 'xylophone', sort: 'RATE_DESC' })).toEqual([4, 0, 3, 1, 2])
  expect(await ids({ query: 'xylophone', sort: 'NEWEST' })).toEqual([4, 3, 2, 1, 0])
  expect((await ids({ query: 'xilophone maintenence' })).toSorted()).toEqual([0, 1, 2, 3, 4])
  expect((await ids({ query: 'zoe xylophone' })).length).toBe(5)
  expect(await ids({ query: 'xylophone', sort: 'NEWEST', filter: { countries: ['SE'], languages: ['no'] } })).toEqual([
    1,
  ])
  expect(
    await ids({ sort: 'NEWEST', filter: { skills: ['tuning'], rateMinMinor: 2_000, rateMaxMinor: 3_000 } }),
  ).toEqual([3, 0])
  // Who names no rate is within no bounds, whatever the order.
  for (const sort of ['RELEVANCE', 'RATE_ASC', 'RATE_DESC']) {
    const within = async (filter: object) => (await ids({ query: 'xylophone', sort, filter })).toSorted()
    expect(await within({ rateMinMinor: 2_000 })).toEqual([0, 3, 4])
    expect(await within({ rateMaxMinor: 2_000 })).toEqual([1, 3])
    expect(await within({ rateMinMinor: 0, rateMaxMinor: 5_000 })).toEqual([0, 1, 3, 4])
  }
  // Names and skills forgive typing errors too.
  expect((await ids({ query: 'tunning' })).toSorted()).toEqual([0, 1, 2, 3, 4])
  expect((await ids({ query: 'maintenence zoee xilophone' })).toSorted()).toEqual([0, 1, 2, 3, 4])
  expect(await ids({ query: 'xilophone qqqqqq' })).toEqual([])
  const counted = await services.profiles.anonymous.query(
    '{ freelancers(query: "xylophone", first: 1) { totalCount resembling facets { levels { level count } countries { country { code name } count } } } }',
  )
  expect(counted.freelancers).toEqual({
    totalCount: 5,
    resembling: false,
    facets: {
      levels: [{ level: 'NEW', count: 5 }],
      countries: [
        { country: { code: 'NO', name: 'Norway' }, count: 3 },
        { country: { code: 'SE', name: 'Sweden' }, count: 2 },
      ],
    },
  })
  expect(await ids({ query: 'xylophone', filter: { levels: ['TOP'] } })).toEqual([])
  const one = await search({ query: 'xylophone', first: 2 })
  const two = await search({ query: 'xylophone', first: 3, after: one.pageInfo.endCursor })
  expect(new Set([...one.nodes, ...two.nodes].map((node) => node.userId)).size).toBe(5)
  expect(two.pageInfo.hasNextPage).toBe(false)
  const few = await services.profiles.countStatements(() => search({ query: 'xylophone', first: 2 }))
  const many = await services.profiles.countStatements(() => search({ query: 'xylophone', first: 5 }))
  expect(few).toBe(3)
  expect(many).toBe(few)
  const long = await services.profiles.anonymous.run(Search, { sort: 'RELEVANCE', query: 'x'.repeat(201) })
  expect(long.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
})
