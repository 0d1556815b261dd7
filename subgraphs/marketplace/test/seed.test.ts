import { rows, transaction } from '@gigraph/shared/database'
import { makeId } from '@gigraph/shared/time'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { relist } from '../src/listing/relist.ts'
import { rebuildProjections } from '../src/projections/rebuild.ts'
import { type SeedGig, seedMarketplace } from '../src/seed.ts'
import { gigs, gigVersions, listings, listingTexts, searchWords } from '../src/tables.ts'
import { type Market, publishedGig, seedGig, seller, startMarket } from './market.ts'

let market: Market
beforeAll(async () => {
  market = await startMarket()
})
afterAll(() => market.close())

/** Everything that the marketplace's tables say of a gig. */
const rowsOf = async (id: string) => {
  const { db } = market.marketplace.context
  const [gig] = await db.select().from(gigs).where(eq(gigs.id, id))
  const [version] = await db.select().from(gigVersions).where(eq(gigVersions.gigId, id))
  const [listing] = await db.select().from(listings).where(eq(listings.gigId, id))
  const [text] = await db.select().from(listingTexts).where(eq(listingTexts.gigId, id))
  if (!gig || !version) throw new Error('there is no such gig')
  return { gig, version, listing, text }
}

/** The same without the ids by which two equal gigs differ. */
const anonymous = ({ gig, version, listing, text }: Awaited<ReturnType<typeof rowsOf>>) => ({
  gig: { ...gig, id: '', slug: gig.slug.replace(gig.id.slice(-10), '') },
  version: { ...version, gigId: '' },
  listing: { ...listing, gigId: '' },
  text: { ...text, gigId: '' },
})

test('a seeded gig has the rows that the use cases write for the same gig', async () => {
  const owner = await seller(market)
  const made = await rowsOf(await publishedGig(market, owner))
  const { title, description, categoryId, tags, content } = made.version
  const seeded: SeedGig = {
    ...{ id: makeId(), sellerId: owner.id, status: 'ACTIVE', title, description, categoryId, tags, content },
    ...{ ratingCount: 0, ratingSum: 0, sales: 0, createdAt: made.gig.createdAt },
  }
  await seedMarketplace(market.marketplace.context, { sellers: [], gigs: [seeded] })
  expect(anonymous(await rowsOf(seeded.id))).toEqual(anonymous(made))
})

test('listing a seeded gig again changes nothing', async () => {
  const seeded = Array.from({ length: 3 }, (_, index) =>
    seedGig({ title: `I will carve spoon ${index}`, ratingCount: 7, ratingSum: 31, sales: 12 }),
  )
  await seedMarketplace(market.marketplace.context, { sellers: [], gigs: seeded })
  const read = () => Promise.all(seeded.map(({ id }) => rowsOf(id)))
  const before = await read()
  expect(before.map(({ listing }) => listing?.sales)).toEqual([12, 12, 12])
  await transaction(market.marketplace.context.db, (tx) =>
    relist(
      tx,
      seeded.map(({ id }) => id),
    ),
  )
  expect(await read()).toEqual(before)
})

test('computing everything anew after a seed finds nothing wrong, and the same words', async () => {
  const { context } = market.marketplace
  const seeded = [
    seedGig({ title: 'I will polish armillaries' }),
    seedGig({ title: 'I will gild astrolabes', status: 'DRAFT' }),
  ]
  await seedMarketplace(context, { sellers: [], gigs: seeded })
  const read = () => context.db.select().from(searchWords).orderBy(searchWords.word)
  const before = await read()
  expect(before).toContainEqual({ word: 'armillaries', uses: 1 })
  expect((await rebuildProjections(context)).corrected).toBe(0)
  expect(await read()).toEqual(before)
})

test('a seed leaves the statistics that searches are planned by', async () => {
  const { db } = market.marketplace.context
  await seedMarketplace(market.marketplace.context, { sellers: [], gigs: [seedGig({})] })
  const [counted] = await rows(
    db,
    sql`select reltuples::int = (select count(*) from listings) as exact from pg_class where relname = 'listings'`,
  )
  expect(counted).toEqual({ exact: true })
})

test('the indexes are there again after a seed, also after one that failed', async () => {
  const { context } = market.marketplace
  const indexes = () =>
    rows(
      context.db,
      sql`select indexdef from pg_indexes where tablename in ('listings', 'listing_texts') order by indexname`,
    )
  const asMigrated = await indexes()
  expect(asMigrated).toContainEqual({ indexdef: expect.stringContaining("gin_pending_list_limit='64'") })
  await seedMarketplace(context, { sellers: [], gigs: [seedGig({})] })
  expect(await indexes()).toEqual(asMigrated)
  await expect(
    seedMarketplace(context, { sellers: [], gigs: [seedGig({ categoryId: 'no-such-category' })] }),
  ).rejects.toThrow('no-such-category')
  expect(await indexes()).toEqual(asMigrated)
})

test('texts and lists arrive as they were given, whatever stands in them', async () => {
  const odd = `"quoted" \\ {braced, NULL}\n\tand\u{1F600} 'so' \\n`
  const seeded = seedGig({ title: odd, description: `${odd}\r\n${odd}`, tags: [odd, 'NULL', '', 'a,b'] })
  const content = {
    ...seeded.content,
    packages: seeded.content.packages.map((each) => ({ ...each, description: odd, revisions: null })),
    faq: [{ question: odd, answer: odd }],
  }
  await seedMarketplace(market.marketplace.context, { sellers: [], gigs: [{ ...seeded, content }] })
  expect((await rowsOf(seeded.id)).version).toMatchObject({
    title: odd,
    description: `${odd}\r\n${odd}`,
    tags: [odd, 'NULL', '', 'a,b'],
    content,
  })
})

test('gigs in review and drafts are not listed, and what exists stays as it is', async () => {
  const [draft, waiting] = [seedGig({ status: 'DRAFT' }), seedGig({ status: 'PENDING_REVIEW' })]
  await seedMarketplace(market.marketplace.context, { sellers: [], gigs: [draft, waiting] })
  expect(await rowsOf(draft.id)).toMatchObject({
    gig: { publishedVersion: null, waitingSince: null },
    listing: undefined,
  })
  expect(await rowsOf(waiting.id)).toMatchObject({ gig: { waitingSince: waiting.createdAt }, listing: undefined })
  await seedMarketplace(market.marketplace.context, { sellers: [], gigs: [{ ...draft, status: 'ACTIVE' }] })
  expect((await rowsOf(draft.id)).gig.status).toBe('DRAFT')
})
