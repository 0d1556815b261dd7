import { availableParallelism } from 'node:os'
import { inChunks, openDatabase, rows, type Transaction, transaction } from '@gigraph/shared/database'
import { getTableColumns, is, type SQL, sql } from 'drizzle-orm'
import { PgArray, type PgColumn, PgJsonb, type PgTable } from 'drizzle-orm/pg-core'
import type { Context } from './context.ts'
import { gigSlug } from './gig/create-gig.ts'
import { type GigContent, type GigStatus, versionOf } from './gig/gig.ts'
import { relist } from './listing/relist.ts'
import { countWords, learnWords } from './listing/search-words.ts'
import { levels } from './seller/seller-store.ts'
import { gigs, gigVersions, listings, listingTexts, searchWords, sellers } from './tables.ts'

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

/** A list as PostgreSQL writes it, for a row's own list within a parameter of lists. */
const listText = (items: readonly string[]): string =>
  `{${items.map((item) => `"${item.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`

/** The values of a column as one parameter, which PostgreSQL takes apart. JSON has no line feeds of its own: one value per line. */
const allOf = (column: PgColumn, values: readonly unknown[]): SQL => {
  if (is(column, PgJsonb))
    return sql`string_to_array(${values.map((value) => JSON.stringify(value)).join('\n')}, E'\n')::jsonb[]`
  if (is(column, PgArray)) return sql`${sql.param(values.map((value) => listText(value as string[])))}::text[]`
  return sql`${sql.param(values)}::${sql.raw(column.getSQLType())}[]`
}

/**
 * Inserts rows through one parameter per column: PostgreSQL takes at most 65,535 parameters, and needs twice the time to read
 * rows of JSON. All rows have the columns of the first one.
 */
const insertMany = async (
  tx: Transaction,
  table: PgTable,
  values: readonly Readonly<Record<string, unknown>>[],
  onConflict = sql.empty(),
) => {
  const [first] = values
  if (!first) return
  const columns = Object.entries(getTableColumns(table)).filter(([key]) => key in first)
  const names = sql.raw(columns.map(([, { name }]) => name).join(', '))
  const read = columns.map(([, column]) =>
    is(column, PgArray) ? `${column.name}::${column.getSQLType()}` : column.name,
  )
  const lists = columns.map(([key, column]) =>
    allOf(
      column,
      values.map((row) => row[key]),
    ),
  )
  await tx.execute(sql`insert into ${table} (${names}) select ${sql.raw(read.join(', '))}
    from unnest(${sql.join(lists, sql`, `)}) as given (${names}) ${onConflict}`)
}

const sellerRow = ({ level, emailVerifiedAt, ...seller }: SeedSeller) => ({
  ...seller,
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
    await transaction(ctx.db, (tx) => insertMany(tx, sellers, batch.map(sellerRow), sql`on conflict do nothing`))
  // In the order of their ids, new rows are neighbours in the indexes, and few pages are touched.
  const waiting = inChunks(
    offers.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    CHUNK,
  )
  const uses = new Map<string, number>()
  const write = async (): Promise<void> => {
    for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
      await addGigs(ctx, batch)
      // Here and not at the end: PostgreSQL works for the other writers meanwhile.
      countWords(batch.filter(({ status }) => status === 'ACTIVE').map(wordsOf), uses)
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, write))
  await transaction(ctx.db, (tx) => learnWords(tx, uses), PATIENT)
  await analyze(ctx)
}

/** Gathers what PostgreSQL plans searches by; it would by itself a minute later. Only the owner of the tables may. */
const analyze = async ({ config }: Context): Promise<void> => {
  const { db, close } = openDatabase({
    url: config.MIGRATION_DATABASE_URL ?? config.DATABASE_URL,
    applicationName: 'gigraph-marketplace-seed',
  })
  try {
    await Promise.all([listings, listingTexts, searchWords].map((table) => db.execute(sql`analyze ${table}`)))
  } finally {
    await close()
  }
}

const wordsOf = (gig: SeedGig): string => `${gig.title} ${versionOf(gig).keywords}`

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

const addGigs = (ctx: Context, batch: readonly SeedGig[]): Promise<void> =>
  transaction(
    ctx.db,
    async (tx) => {
      const fresh = await withoutKnown(tx, batch)
      await insertMany(tx, gigs, fresh.map(gigRow))
      await insertMany(tx, gigVersions, fresh.map(versionRow))
      await relist(tx, idsOf(fresh))
    },
    PATIENT,
  )

export { type SeedPerson, seedPeople } from './seed-people.ts'
