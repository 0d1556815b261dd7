import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedMarketplace } from '../src/seed.ts'
import { type Market, seedGig, startMarket } from './market.ts'

let market: Market
const people = { new: makeId(), top: makeId() }
const gigs = [
  seedGig({
    sellerId: people.new,
    title: 'I will tune your harpsichord',
    priceMinor: 3_000,
    days: 1,
    sales: 5,
    createdAt: new Date(Date.UTC(2026, 0, 1)),
  }),
  seedGig({
    sellerId: people.new,
    title: 'I will restore an old piano',
    tags: ['piano', 'harpsichord'],
    priceMinor: 9_000,
    days: 5,
    ratingCount: 10,
    ratingSum: 50,
    createdAt: new Date(Date.UTC(2026, 0, 2)),
  }),
  seedGig({
    sellerId: people.top,
    title: 'I will play at your wedding',
    description: 'On a harpsichord, if you like.',
    tags: ['wedding'],
    priceMinor: 60_000,
    days: 20,
    sales: 90,
    createdAt: new Date(Date.UTC(2026, 0, 3)),
  }),
  seedGig({
    sellerId: people.top,
    title: 'I will tune your harpsichord twice',
    categoryId: 'songwriting',
    priceMinor: 200_000,
    days: 3,
    ratingCount: 4,
    ratingSum: 16,
    createdAt: new Date(Date.UTC(2026, 0, 4)),
  }),
  seedGig({
    sellerId: people.top,
    title: 'I will bake a café au lait cake',
    tags: ['cake'],
    categoryId: 'illustration',
    createdAt: new Date(Date.UTC(2026, 0, 5)),
  }),
  seedGig({ sellerId: people.top, title: 'I will tune a harpsichord in secret', status: 'PAUSED' }),
]
beforeAll(async () => {
  market = await startMarket()
  const seller = { country: 'DE', emailVerifiedAt: new Date() }
  await seedMarketplace(market.marketplace.context, {
    sellers: [
      { ...seller, userId: people.new, level: 'NEW', languages: ['de'], availableNow: true },
      { ...seller, userId: people.top, level: 'TOP', languages: ['en', 'fr'], availableNow: false },
    ],
    gigs,
  })
})
afterAll(() => market.close())

const Search = /* GraphQL */ `query ($query: String, $filter: GigFilter, $sort: GigSort!, $first: Int, $after: String, $last: Int, $before: String) {
  searchGigs(query: $query, filter: $filter, sort: $sort, first: $first, after: $after, last: $last, before: $before) {
    nodes { id title packages { tier } } pageInfo { endCursor startCursor hasNextPage } correctedQuery } }`
const run = async (variables: object) =>
  (await market.marketplace.anonymous.query(Search, { sort: 'RELEVANCE', ...variables })).searchGigs
const numbers = (page: { nodes: { id: string }[] }) =>
  page.nodes.map((node) => gigs.findIndex((gig) => gig.id === node.id))
const find = async (variables: object) => numbers(await run(variables))

test('what has the word in the title comes before tags, tags before the description; paused ones are absent', async () => {
  const found = await find({ query: 'harpsichord' })
  expect(found.slice(0, 2).toSorted()).toEqual([0, 3])
  expect(found.slice(2)).toEqual([1, 2])
  expect((await find({ query: 'tuning harpsichords' })).toSorted()).toEqual([0, 3])
  expect(await find({ query: 'cafe' })).toEqual([4])
  expect((await find({ query: 'harpsichord -twice' })).toSorted()).toEqual([0, 1, 2])
  expect(await find({ query: '"play at your wedding"' })).toEqual([2])
})

test('misspelt words are corrected when nothing has them, and said so', async () => {
  const page = await run({ query: 'harpsicord twise' })
  expect(page.correctedQuery).toBe('harpsichord twice')
  expect(numbers(page)).toEqual([3])
  expect((await run({ query: 'harpsichord' })).correctedQuery).toBeNull()
  expect(await run({ query: 'qqqqqqqq zzzzzz' })).toMatchObject({ nodes: [], correctedQuery: null })
})

test.each([
  ['NEWEST', [3, 2, 1, 0]],
  ['PRICE_ASC', [0, 1, 2, 3]],
  ['PRICE_DESC', [3, 2, 1, 0]],
  ['RATING', [1, 3]],
  ['BEST_SELLING', [2, 0]],
])('sorts by %s, with words and without', async (sort, order) => {
  expect((await find({ query: 'harpsichord', sort })).slice(0, order.length)).toEqual(order)
  const all = (await find({ sort })).filter((index) => index !== 4)
  expect(all.slice(0, order.length)).toEqual(order)
})

test.each([
  [{ category: 'session-musicians' }, [0, 1, 2]],
  [{ category: 'music-audio' }, [0, 1, 2, 3]],
  [{ price: { minMinor: 9_000 } }, [1, 2, 3]],
  [{ price: { minMinor: 9_000, maxMinor: 60_000 } }, [1, 2]],
  [{ deliveryDays: 3 }, [0, 3]],
  [{ rating: 4.5 }, [1]],
  [{ level: ['TOP'] }, [2, 3]],
  [{ level: ['NEW', 'TOP'], languages: ['fr'] }, [2, 3]],
  [{ tags: ['Piano', 'harpsichord'] }, [1]],
  [{ availableNow: true }, [0, 1]],
  [{ availableNow: true, category: 'songwriting' }, []],
])('filters by %o', async (filter, expected) => {
  expect((await find({ query: 'harpsichord', filter })).toSorted()).toEqual(expected)
  expect((await find({ filter })).filter((index) => index !== 4).toSorted()).toEqual(expected)
})

test.each(['RELEVANCE', 'NEWEST', 'PRICE_ASC', 'RATING'])(
  'pages of %s neither skip nor repeat while gigs are added',
  async (sort) => {
    for (const query of [undefined, 'harpsichord']) {
      const whole = await find({ query, sort })
      const one = await run({ query, sort, first: 2 })
      await seedMarketplace(market.marketplace.context, {
        sellers: [],
        gigs: [
          seedGig({
            title: 'I will tune one more',
            ratingCount: 9,
            ratingSum: 45,
            priceMinor: 500,
            createdAt: new Date(Date.UTC(2026, 5, 1)),
          }),
        ],
      })
      const two = await run({ query, sort, first: 100, after: one.pageInfo.endCursor })
      expect([...numbers(one), ...numbers(two)].filter((index) => index !== -1)).toEqual(
        whole.filter((index) => index !== -1),
      )
      const back = await run({ query, sort, last: 2, before: two.pageInfo.startCursor })
      expect(numbers(back)).toEqual(numbers(one))
    }
  },
)

test('counts say how matches spread', async () => {
  const { searchGigs } =
    await market.marketplace.anonymous.query(`{ searchGigs(query: "harpsichord", filter: { price: { minMinor: 2500 } }) { totalCount facets {
    categories { category { id } count } prices { minMinor belowMinor count } deliveryDays { fromDays toDays count } levels { level count } } } }`)
  expect(searchGigs).toEqual({
    totalCount: 4,
    facets: {
      categories: [
        { category: { id: 'session-musicians' }, count: 3 },
        { category: { id: 'songwriting' }, count: 1 },
      ],
      prices: [
        { minMinor: 2_500, belowMinor: 5_000, count: 1 },
        { minMinor: 5_000, belowMinor: 10_000, count: 1 },
        { minMinor: 50_000, belowMinor: 100_000, count: 1 },
        { minMinor: 100_000, belowMinor: null, count: 1 },
      ],
      deliveryDays: [
        { fromDays: 1, toDays: 1, count: 1 },
        { fromDays: 2, toDays: 3, count: 1 },
        { fromDays: 4, toDays: 7, count: 1 },
        { fromDays: 15, toDays: null, count: 1 },
      ],
      levels: [
        { level: 'NEW', count: 2 },
        { level: 'TOP', count: 2 },
      ],
    },
  })
})

test('statements do not grow with the page', async () => {
  const few = await market.marketplace.countStatements(() => run({ query: 'harpsichord', first: 1 }))
  const many = await market.marketplace.countStatements(() => run({ query: 'harpsichord', first: 4 }))
  // The page of ids, and the gigs.
  expect(few).toBe(2)
  expect(many).toBe(few)
})

test('unusable arguments are refused', async () => {
  for (const variables of [{ query: 'x'.repeat(201) }, { first: 101 }, { after: 'nonsense' }, { first: 1, last: 1 }]) {
    const { errors } = await market.marketplace.anonymous.run(Search, { sort: 'RELEVANCE', ...variables })
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  }
})

test('suggestions complete the last word and name categories', async () => {
  const suggest = async (prefix: string) =>
    (
      await market.marketplace.anonymous.query(
        'query ($prefix: String!) { suggest(prefix: $prefix) { text category { id } } }',
        { prefix },
      )
    ).suggest
  expect(await suggest('old harp')).toEqual([{ text: 'old harpsichord', category: null }])
  expect(await suggest('logo')).toContainEqual({ text: 'Logo Design', category: { id: 'logo-design' } })
  expect(await suggest('%')).toEqual([])
  expect(await suggest('a%')).toEqual([])
})

test('related gigs are of the same category, by others first', async () => {
  const related = async (gigId: string) =>
    (
      await market.marketplace.anonymous.query('query ($gigId: ID!) { relatedGigs(gigId: $gigId, first: 3) { id } }', {
        gigId,
      })
    ).relatedGigs
  const found = numbers({ nodes: await related(gigs[0]!.id) })
  expect(found).not.toContain(0)
  expect(found.length).toBe(3)
  expect(await related('nonsense')).toEqual([])
})
