import { afterAll, beforeAll, expect, test } from 'vitest'
import { client, type Market, postedJob, seller, startMarket } from './market.ts'

let market: Market
let reader: Awaited<ReturnType<typeof seller>>
const ids: string[] = []
const made = [
  {
    title: 'Tune the organ of our chapel',
    skills: ['Tuning'],
    budget: fixed(90_000),
    level: 'EXPERT',
    duration: 'DAYS',
  },
  { title: 'Build a chapel of matches', skills: ['Glue', 'organ'], budget: fixed(20_000), level: 'ENTRY' },
  {
    title: 'Paint a portrait of a cat',
    skills: ['Oil'],
    description: 'She sits beside the organ all day and does not move, so that it should be easy.',
    budget: { kind: 'HOURLY', minMinor: 2_000, maxMinor: 5_000 },
    categoryId: 'illustration',
  },
  { title: 'Write about café culture', skills: ['Essays'], budget: fixed(30_000), categoryId: 'copywriting' },
]
function fixed(maxMinor: number) {
  return { kind: 'FIXED', minMinor: 1_000, maxMinor }
}
beforeAll(async () => {
  market = await startMarket()
  reader = await seller(market)
  const owner = await client(market)
  for (const job of made) {
    ids.push(await postedJob(market, owner, { questions: [], ...job }))
    market.marketplace.clock.advance('1s')
  }
})
afterAll(() => market.close())

const Search = /* GraphQL */ `query ($query: String, $filter: JobFilter, $sort: JobSort!, $first: Int, $after: String) {
  searchJobs(query: $query, filter: $filter, sort: $sort, first: $first, after: $after) {
    nodes { id title } resembling pageInfo { endCursor hasNextPage } } }`
const run = async (variables: object) =>
  (await market.marketplace.as(reader).query(Search, { sort: 'RELEVANCE', ...variables })).searchJobs
const find = async (variables: object) =>
  (await run(variables)).nodes.map(({ id }: { id: string }) => ids.indexOf(id)) as number[]

test('words in the title come before skills, skills before the description', async () => {
  expect(await find({ query: 'organ' })).toEqual([0, 1, 2])
  expect(await find({ query: 'organ -chapel' })).toEqual([2])
  expect(await find({ query: 'cafe' })).toEqual([3])
})

test('typing errors are forgiven where no job has the words, and said so', async () => {
  expect(await run({ query: 'portait of a cat' })).toMatchObject({ nodes: [{ id: ids[2] }], resembling: true })
  // Each word for itself, in whatever order, in titles and skills.
  expect(await find({ query: 'matchs orgaan' })).toEqual([1])
  expect(await find({ query: 'chapell tunning' })).toEqual([0])
  expect(await run({ query: '%_' })).toMatchObject({ nodes: [], resembling: true })
  expect((await run({ query: 'organ' })).resembling).toBe(false)
  expect(await run({ query: 'qqqqqq zzzzz' })).toMatchObject({ nodes: [], resembling: true })
})

test.each([
  ['RELEVANCE', [3, 2, 1, 0]],
  ['NEWEST', [3, 2, 1, 0]],
  ['BUDGET_ASC', [2, 1, 3, 0]],
  ['BUDGET_DESC', [0, 3, 1, 2]],
])('sorts by %s, without words and with', async (sort, order) => {
  expect(await find({ sort })).toEqual(order)
  if (sort !== 'RELEVANCE') expect(await find({ sort, query: 'organ' })).toEqual(order.filter((index) => index !== 3))
})

test.each([
  [{ category: 'illustration' }, [2]],
  [{ category: 'graphics-design' }, [2]],
  [{ category: 'nowhere' }, []],
  [{ skills: ['ORGAN', 'oil'] }, [1, 2]],
  [{ budgetKind: 'HOURLY' }, [2]],
  [{ budgetMinMinor: 30_000 }, [0, 3]],
  [{ duration: ['DAYS'] }, [0]],
  [{ level: ['ENTRY', 'EXPERT'] }, [0, 1]],
  [{ level: ['ENTRY'], budgetKind: 'HOURLY' }, []],
])('filters by %o', async (filter, expected) => {
  expect((await find({ filter })).toSorted()).toEqual(expected)
})

test('counts say how matches spread', async () => {
  const { searchJobs } = await market.marketplace
    .as(reader)
    .query(`{ searchJobs(query: "organ", first: 1) { totalCount facets {
    categories { category { id } count } budgetKinds { kind count } durations { duration count } levels { level count } } } }`)
  expect(searchJobs).toEqual({
    totalCount: 3,
    facets: {
      categories: [
        { category: { id: 'websites' }, count: 2 },
        { category: { id: 'illustration' }, count: 1 },
      ],
      budgetKinds: [
        { kind: 'FIXED', count: 2 },
        { kind: 'HOURLY', count: 1 },
      ],
      durations: [
        { duration: 'WEEKS', count: 2 },
        { duration: 'DAYS', count: 1 },
      ],
      levels: [
        { level: 'ENTRY', count: 1 },
        { level: 'EXPERT', count: 1 },
        { level: 'INTERMEDIATE', count: 1 },
      ],
    },
  })
  const all = await market.marketplace.as(reader).query('{ searchJobs { totalCount facets { levels { count } } } }')
  expect(all.searchJobs.totalCount).toBe(4)
})

test('a cursor of one order is refused in another', async () => {
  const { pageInfo } = await run({ sort: 'BUDGET_ASC', first: 1 })
  for (const variables of [{ sort: 'BUDGET_DESC' }, { sort: 'BUDGET_ASC', query: 'organ' }]) {
    const { errors } = await market.marketplace.as(reader).run(Search, { ...variables, after: pageInfo.endCursor })
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  }
  const long = await market.marketplace.as(reader).run(Search, { sort: 'NEWEST', query: 'x'.repeat(201) })
  expect(long.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
})

test.each(['RELEVANCE', 'NEWEST', 'BUDGET_ASC', 'BUDGET_DESC'])(
  'pages of %s neither skip nor repeat while jobs are posted, with words and without',
  async (sort) => {
    const owner = await client(market)
    const word = `vitrine${sort.toLowerCase().replace('_', '')}`
    const post = (maxMinor: number) =>
      postedJob(market, owner, { title: `Polish a ${word} for us`, questions: [], budget: fixed(maxMinor) })
    // Twins: the order among equals must hold too.
    const ours: string[] = []
    for (const budget of [2_000, 2_000, 4_000, 4_000, 6_000]) ours.push(await post(budget))
    for (const query of [word, undefined]) {
      const walk = async (meanwhile: (round: number) => Promise<unknown>) => {
        const seen: string[] = []
        for (let after: string | undefined, round = 0; ; round += 1) {
          const { nodes, pageInfo } = await run({ query, sort, first: 2, after })
          seen.push(...nodes.map(({ id }: { id: string }) => id))
          if (!pageInfo.hasNextPage) return seen
          after = pageInfo.endCursor
          await meanwhile(round)
        }
      }
      const undisturbed = (await walk(async () => undefined)).filter((id) => ours.includes(id))
      expect(undisturbed).toHaveLength(ours.length)
      const disturbed = await walk(async (round) => (round < 2 ? post(1_000 + round * 4_000) : undefined))
      expect(new Set(disturbed).size).toBe(disturbed.length)
      expect(disturbed.filter((id) => ours.includes(id))).toEqual(undisturbed)
    }
  },
)
