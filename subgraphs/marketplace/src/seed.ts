import { availableParallelism } from 'node:os'
import { copyRows, inChunks, openDatabase, rows, type Transaction, transaction } from '@gigraph/shared/database'
import { sql } from 'drizzle-orm'
import type { Context } from './context.ts'
import { gigSlug } from './gig/create-gig.ts'
import { type GigContent, type GigStatus, versionOf } from './gig/gig.ts'
import { listNew } from './listing/relist.ts'
import { countWords, learnWords } from './listing/search-words.ts'
import { levels } from './seller/seller-store.ts'
import { gigs, gigVersions, sellers } from './tables.ts'

/** Somebody of the demo data who sells. */
export interface SeedSeller {
  readonly userId: string
  readonly level: (typeof levels)[number]
  /** ISO 639 codes. */
  readonly languages: readonly string[]
  readonly country: string | null
  readonly availableNow: boolean
  readonly emailVerifiedAt: Date
}

/** A gig of the demo data, in its only version. */
export interface SeedGig {
  readonly id: string
  readonly sellerId: string
  readonly status: GigStatus
  readonly title: string
  readonly description: string
  /** Of the lower level; see `categories`. */
  readonly categoryId: string
  readonly tags: readonly string[]
  readonly content: GigContent
  readonly ratingCount: number
  readonly ratingSum: number
  readonly sales: number
  readonly createdAt: Date
}

const CHUNK = 1_000
/** Chunks written at a time: PostgreSQL works on each with a process of its own, and more of them than cores disturb each other. */
const WRITERS = Math.min(4, Math.max(2, availableParallelism()))
const INDEXED = ['listings', 'listing_texts']
/** A seed may wait where a request may not. */
const PATIENT = { timeoutMs: 120_000 }

const gigRow = ({ id, sellerId, title, status, ratingCount, ratingSum, sales, createdAt }: SeedGig) => ({
  id,
  sellerId,
  slug: gigSlug(title, id),
  status,
  publishedVersion: status === 'DRAFT' || status === 'PENDING_REVIEW' ? null : 1,
  draftVersion: 1,
  waitingSince: status === 'PENDING_REVIEW' ? createdAt : null,
  importedRatingCount: ratingCount,
  importedRatingSum: ratingSum,
  importedSales: sales,
  ratingCount,
  ratingSum,
  sales,
  createdAt,
  publishedAt: status === 'DRAFT' || status === 'PENDING_REVIEW' ? null : createdAt,
  updatedAt: createdAt,
})

const versionRow = (gig: SeedGig) => ({ gigId: gig.id, version: 1, createdAt: gig.createdAt, ...versionOf(gig) })

const sellerRow = ({ level, languages, emailVerifiedAt, ...seller }: SeedSeller) => ({
  ...seller,
  languages: [...languages],
  level: levels.indexOf(level) + 1,
  roles: ['FREELANCER'],
  emailVerifiedAt,
})

/** Writes sellers and gigs as if they had grown here, listed for search; no events are published. Existing ids stay as they are. */
export const seedMarketplace = async (
  ctx: Context,
  { sellers: people, gigs: offers }: { readonly sellers: readonly SeedSeller[]; readonly gigs: readonly SeedGig[] },
): Promise<void> => {
  for (const batch of inChunks(people, CHUNK))
    await transaction(ctx.db, (tx) => tx.insert(sellers).values(batch.map(sellerRow)).onConflictDoNothing())
  // In the order of their ids, new rows are neighbours in the indexes, and few pages are touched.
  const waiting = inChunks(
    offers.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    CHUNK,
  )
  const uses = new Map<string, number>()
  const write = async (): Promise<void> => {
    for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
      const texts = await addGigs(ctx, batch)
      // Here and not at the end: PostgreSQL works for the other writers meanwhile.
      countWords(texts, uses)
    }
  }
  await withoutIndexes(ctx, async () => {
    await Promise.all(Array.from({ length: WRITERS }, write))
    await transaction(ctx.db, (tx) => learnWords(tx, uses), PATIENT)
  })
}

/**
 * Takes the indexes of what search reads away while `work` runs, and makes them again afterwards, also when it fails: to sort all rows of an
 * index at once costs less than half of what it costs to find the place of each. Then PostgreSQL gathers what it plans searches by, as
 * it would by itself a minute later. Only the owner of the tables may do so. **Who dies in between leaves the tables without indexes**: the
 * one who starts a seed sees to it that an unfinished one is begun anew.
 */
const withoutIndexes = async ({ config }: Context, work: () => Promise<unknown>): Promise<void> => {
  const { db, close } = openDatabase({
    url: config.MIGRATION_DATABASE_URL ?? config.DATABASE_URL,
    applicationName: 'gigraph-marketplace-seed',
  })
  const atOnce = async (statements: readonly string[]): Promise<void> => {
    await Promise.all(statements.map((statement) => db.execute(sql.raw(statement))))
  }
  try {
    const indexes = await rows<{ name: string; definition: string }>(
      db,
      sql`select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
          where indrelid = any(${sql.param(INDEXED)}::regclass[]) and not indisunique`,
    )
    await atOnce([`drop index ${indexes.map(({ name }) => name).join(', ')}`])
    try {
      await work()
    } finally {
      await atOnce(indexes.map(({ definition }) => definition))
    }
    await atOnce([...INDEXED, 'search_words'].map((table) => `analyze ${table}`))
  } finally {
    await close()
  }
}

const idsOf = (batch: readonly SeedGig[]): string[] => batch.map(({ id }) => id)

/** Asked once for all: an insert that looks out for conflicts writes each row in two steps. */
const withoutKnown = async (tx: Transaction, batch: readonly SeedGig[]): Promise<SeedGig[]> => {
  const known = await rows<{ id: string }>(
    tx,
    sql`select id from gigs where id = any(${sql.param(idsOf(batch))}::uuid[])`,
  )
  const ids = new Set(known.map(({ id }) => id))
  return batch.filter(({ id }) => !ids.has(id))
}

/** Answers the texts of what can be found now, for the words in them. */
const addGigs = (ctx: Context, batch: readonly SeedGig[]): Promise<string[]> =>
  transaction(
    ctx.db,
    async (tx) => {
      const fresh = await withoutKnown(tx, batch)
      const versions = fresh.map(versionRow)
      await copyRows(tx, gigs, fresh.map(gigRow))
      await copyRows(tx, gigVersions, versions)
      await listNew(tx, idsOf(fresh))
      return versions
        .filter((_, index) => fresh[index]?.status === 'ACTIVE')
        .map(({ title, keywords }) => `${title} ${keywords}`)
    },
    PATIENT,
  )

export { type SeedPerson, seedPeople } from './seed-people.ts'
