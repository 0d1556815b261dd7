import { userEmailVerified, userRegistered } from '@gigraph/identity/events'
import type { Viewer } from '@gigraph/shared/auth'
import { person } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedProfiles } from '../src/seed.ts'
import { sweepUploads } from '../src/upload/sweep.ts'
import { begin, picture, startWithFiles, upload, type WithFiles } from './support/uploads.ts'

let services: WithFiles
beforeAll(async () => {
  services = await startWithFiles()
})
afterAll(() => services.close())

const Item = 'portfolioItem { id images { id status alt } } userErrors { code field }'
const Add = /* GraphQL */ `mutation ($input: AddPortfolioItemInput!) { addPortfolioItem(input: $input) { ${Item} } }`
const Update = /* GraphQL */ `mutation ($input: UpdatePortfolioItemInput!) { updatePortfolioItem(input: $input) { freelancerProfile { portfolio { id title images { id status } } } userErrors { code field } } }`
const Remove = /* GraphQL */ `mutation ($id: ID!) { removePortfolioItem(input: { id: $id }) { userErrors { code } } }`
const Portfolio = /* GraphQL */ `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { avatar { url } freelancerProfile { bioHtml verified completeness { missing } portfolio { title images { url(size: SMALL) } } experience { title } } } } }`

const image = (viewer: Viewer, alt = '') =>
  picture().then((bytes) => upload(services, viewer, bytes, { purpose: 'PORTFOLIO_IMAGE', alt }))
const add = async (viewer: Viewer, imageIds: string[], title = 'A poster') =>
  (await services.profiles.as(viewer).query(Add, { input: { title, imageIds } })).addPortfolioItem
const update = async (viewer: Viewer, input: object) =>
  (await services.profiles.as(viewer).query(Update, { input })).updatePortfolioItem
const kept = (id: string) => services.files('images').some((name) => name.startsWith(id))

test('an item shows its pictures in order; those that no item shows any more are deleted', async () => {
  const ann = person('FREELANCER')
  const [one, two, three] = [await image(ann, 'Red'), await image(ann), await image(ann)]
  const { portfolioItem } = await add(ann, [two, one])
  expect(portfolioItem.images).toEqual([
    { id: two, status: 'PROCESSING', alt: '' },
    { id: one, status: 'PROCESSING', alt: 'Red' },
  ])
  await services.work()
  const other = await add(ann, [one], 'The same picture')
  const changed = await update(ann, { id: portfolioItem.id, imageIds: [three, two] })
  expect(changed.userErrors).toEqual([])
  await services.work()
  expect([kept(one), kept(two), kept(three)]).toEqual([true, true, true])
  const { freelancerProfile } = await update(ann, { id: portfolioItem.id, title: 'Another', imageIds: [three] })
  expect(freelancerProfile.portfolio[0]).toMatchObject({ title: 'Another', images: [{ id: three, status: 'READY' }] })
  await services.profiles.as(ann).query(Remove, { id: other.portfolioItem.id })
  await services.work()
  expect([kept(one), kept(two), kept(three)]).toEqual([false, false, true])
  services.profiles.clock.advance('2d')
  await services.profiles.runJob(sweepUploads, {})
  await services.work()
  expect(kept(three)).toBe(true)
})

test('a picture that turns out to be none can be seen as such, and does not stand in the way of other changes', async () => {
  const ann = person('FREELANCER')
  const fake = await upload(services, ann, Buffer.from('no picture'), { purpose: 'PORTFOLIO_IMAGE' })
  const { portfolioItem } = await add(ann, [fake])
  await services.work()
  const changed = await update(ann, { id: portfolioItem.id, title: 'Still mine' })
  expect(changed.userErrors).toEqual([])
  expect(changed.freelancerProfile.portfolio[0].images).toEqual([{ id: fake, status: 'FAILED' }])
  expect((await add(ann, [fake])).userErrors).toEqual([{ code: 'VALIDATION', field: ['input', 'imageIds', '0'] }])
})

test('pictures are one’s own, sent, for this, at most eight and each once', async () => {
  const [ann, bob] = [person('FREELANCER'), person('FREELANCER')]
  const mine = await image(ann)
  const unsent = (await begin(services, ann, await picture(), { purpose: 'PORTFOLIO_IMAGE' })).upload.id
  const avatar = await upload(services, ann, await picture(), { purpose: 'AVATAR' })
  for (const [imageIds, code, field] of [
    [[mine, await image(bob)], 'VALIDATION', ['1']],
    [[makeId()], 'VALIDATION', ['0']],
    [[mine, avatar], 'VALIDATION', ['1']],
    [[unsent], 'NOT_AVAILABLE', ['0']],
    [[mine, mine], 'VALIDATION', []],
    [Array.from({ length: 9 }, makeId), 'VALIDATION', []],
  ] as const)
    expect((await add(ann, [...imageIds])).userErrors).toEqual([{ code, field: ['input', 'imageIds', ...field] }])
})

test('fifty profiles with all that hangs on them take as many statements as five', async () => {
  const people = Array.from({ length: 50 }, (_, index) => ({
    userId: makeId(),
    displayName: `Person ${index}`,
    headline: 'Vitrine builder',
    bio: '**Glass** <script>x</script>',
    skills: [{ name: 'Glazing', level: 3 }],
    hourlyRateMinor: 1_000 + index,
    country: 'SE',
    timeZone: null,
    languages: [],
    createdAt: services.profiles.clock.now(),
  }))
  await seedProfiles(services.profiles.context, { freelancers: people, clients: [] })
  const read = (count: number) =>
    services.profiles.anonymous.query(Portfolio, {
      of: people.slice(0, count).map(({ userId }) => ({ __typename: 'User', id: userId })),
    })
  const [first] = (await read(1))._entities
  expect(first.freelancerProfile).toMatchObject({ verified: true, completeness: null })
  expect(first.freelancerProfile.bioHtml).toBe('<p><strong>Glass</strong> &lt;script&gt;x&lt;/script&gt;</p>')
  const statements = (count: number) => services.profiles.countStatements(() => read(count))
  expect(await statements(50)).toBe(await statements(5))

  const List = /* GraphQL */ `query ($first: Int!) { freelancers(query: "vitrine", first: $first) { nodes { user { avatar { url } }
    stats { rating } level levelExplanation { metric } portfolio { images { url } } education { title } certifications { title } } } }`
  const list = (first: number) =>
    services.profiles.countStatements(() => services.profiles.anonymous.query(List, { first }))
  expect(await list(50)).toBe(await list(5))
})

test('pages of freelancers neither skip nor repeat while others join; who has not confirmed their address is not among them', async () => {
  const join = async (headline: string, verified: boolean) => {
    const viewer = person('FREELANCER')
    const { profiles } = services
    await profiles.consume(userRegistered, { userId: viewer.id, handle: 'x', displayName: 'X', roles: ['FREELANCER'] })
    if (verified) await profiles.consume(userEmailVerified, { userId: viewer.id, roles: ['FREELANCER'] })
    await profiles
      .as(viewer)
      .query(
        'mutation ($headline: String!) { updateFreelancerProfile(input: { headline: $headline, hourlyRate: { amountMinor: 4000 } }) { userErrors { code } } }',
        { headline },
      )
    return viewer.id
  }
  const there: string[] = []
  for (let index = 0; index < 9; index++) there.push(await join('Zither tuning', true))
  const unconfirmed = await join('Zither tuning', false)
  const Page = /* GraphQL */ `query ($sort: FreelancerSort!, $after: String, $filter: FreelancerFilter) { freelancers(query: "zither", sort: $sort, filter: $filter, first: 2, after: $after) { nodes { userId } pageInfo { endCursor hasNextPage } } }`
  for (const sort of ['RELEVANCE', 'RATING', 'RATE_ASC', 'RATE_DESC', 'NEWEST']) {
    const seen: string[] = []
    for (let after: string | null = null, more = true; more; ) {
      const { freelancers } = await services.profiles.anonymous.query(Page, { sort, after })
      seen.push(...freelancers.nodes.map(({ userId }: { userId: string }) => userId))
      after = freelancers.pageInfo.endCursor
      more = freelancers.pageInfo.hasNextPage
      if (more && seen.length < 12) await join('Zither tuning', true)
    }
    expect(new Set(seen).size).toBe(seen.length)
    for (const id of there) expect(seen).toContain(id)
    expect(seen).not.toContain(unconfirmed)
  }
  const { freelancers } = await services.profiles.anonymous.query(Page, { sort: 'NEWEST', filter: { verified: false } })
  expect(freelancers.nodes).toEqual([])
})
