import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedMarketplace } from '../src/seed.ts'
import { type Market, seedGig, startMarket } from './market.ts'

let market: Market
beforeAll(async () => {
  market = await startMarket()
})
afterAll(() => market.close())

const Search = /* GraphQL */ `query ($query: String, $sort: GigSort!, $after: String) {
  searchGigs(query: $query, sort: $sort, first: 2, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }`

/** A gig whose place in each order follows from one number; two of the same number stand beside each other in all. */
const gigAt = (place: number, word: string) =>
  seedGig({
    title: `I will tune your ${word} well`,
    tags: [word],
    ratingCount: 10,
    ratingSum: 20 + place,
    sales: place,
    priceMinor: 500 + place * 100,
    createdAt: new Date(Date.UTC(2026, 0, 1 + place)),
  })
const add = (gigs: ReturnType<typeof gigAt>[]) => seedMarketplace(market.marketplace.context, { sellers: [], gigs })

test.each(['RELEVANCE', 'NEWEST', 'PRICE_ASC', 'PRICE_DESC', 'RATING', 'BEST_SELLING'])(
  'pages of %s neither skip nor repeat while gigs are added before, between and after, with words and without',
  async (sort) => {
    const word = `zither${sort.toLowerCase().replace('_', '')}`
    // Twins everywhere: the order among equals must hold too.
    const gigs = [2, 2, 4, 4, 6, 6, 8, 8, 10, 10].map((place) => gigAt(place, word))
    await add(gigs)
    const ours = new Set(gigs.map(({ id }) => id))
    for (const query of [word, undefined]) {
      const walk = async (meanwhile: (round: number) => Promise<void>) => {
        const seen: string[] = []
        let after: string | undefined
        for (let round = 0; ; round += 1) {
          const { nodes, pageInfo } = (await market.marketplace.anonymous.query(Search, { query, sort, after }))
            .searchGigs
          seen.push(...nodes.map(({ id }: { id: string }) => id))
          if (!pageInfo.hasNextPage) return seen
          after = pageInfo.endCursor
          await meanwhile(round)
        }
      }
      const undisturbed = (await walk(async () => undefined)).filter((id) => ours.has(id))
      expect(undisturbed).toHaveLength(gigs.length)
      const disturbed = await walk(async (round) => {
        if (round < 6) await add([1, 2 + round, 11].map((place) => gigAt(place, word)))
      })
      expect(new Set(disturbed).size).toBe(disturbed.length)
      expect(disturbed.filter((id) => ours.has(id))).toEqual(undisturbed)
      expect(disturbed.length).toBeGreaterThan(gigs.length)
    }
  },
)
