import { inChunks, type Transaction, transaction } from '@gigraph/shared/database'
import { getTableColumns, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Context } from './context.ts'
import { gigSlug } from './gig/create-gig.ts'
import { type GigContent, type GigStatus, versionOf } from './gig/gig.ts'
import { relist } from './listing/relist.ts'
import { learnWords } from './listing/search-words.ts'
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

const CHUNK = 500
/** Chunks written at a time: PostgreSQL works on each with a process of its own. */
const WRITERS = 3
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
  ratingCount,
  ratingSum,
  sales,
  createdAt,
  publishedAt: status === 'DRAFT' || status === 'PENDING_REVIEW' ? null : createdAt,
  updatedAt: createdAt,
})

const versionRow = (gig: SeedGig) => ({ gigId: gig.id, version: 1, createdAt: gig.createdAt, ...versionOf(gig) })

/**
 * Inserts rows through one JSON parameter: PostgreSQL takes at most 65,535 parameters, and building and reading them costs
 * more than this. All rows have the columns of the first one.
 */
const insertMany = async (tx: Transaction, table: PgTable, values: readonly Readonly<Record<string, unknown>>[]) => {
  const [first] = values
  if (!first) return
  const columns = Object.entries(getTableColumns(table)).filter(([key]) => key in first)
  const names = sql.raw(columns.map(([, column]) => column.name).join(', '))
  const json = JSON.stringify(
    values.map((row) => Object.fromEntries(columns.map(([key, column]) => [column.name, row[key]]))),
  )
  await tx.execute(sql`insert into ${table} (${names})
    select ${names} from json_populate_recordset(null::${table}, ${json}::json) on conflict do nothing`)
}

const sellerRow = ({ level, emailVerifiedAt, ...seller }: SeedSeller) => ({
  ...seller,
  level: levels.indexOf(level) + 1,
  emailVerifiedAt,
})

/** Writes sellers and gigs as if they had grown here, listed for search; no events are published. Existing ids stay as they are. */
export const seedMarketplace = async (
  ctx: Context,
  { sellers: people, gigs: offers }: { readonly sellers: readonly SeedSeller[]; readonly gigs: readonly SeedGig[] },
): Promise<void> => {
  for (const batch of inChunks(people, CHUNK))
    await transaction(ctx.db, (tx) => insertMany(tx, sellers, batch.map(sellerRow)))
  const waiting = inChunks(offers, CHUNK)
  const write = async (): Promise<void> => {
    for (let batch = waiting.shift(); batch; batch = waiting.shift()) await addGigs(ctx, batch)
  }
  await Promise.all(Array.from({ length: WRITERS }, write))
  await transaction(ctx.db, (tx) => learnWords(tx, offers.map(wordsOf)), PATIENT)
}

const wordsOf = (gig: SeedGig): string => `${gig.title} ${versionOf(gig).keywords}`

const addGigs = (ctx: Context, batch: readonly SeedGig[]): Promise<void> =>
  transaction(
    ctx.db,
    async (tx) => {
      await insertMany(tx, gigs, batch.map(gigRow))
      await insertMany(tx, gigVersions, batch.map(versionRow))
      await relist(
        tx,
        batch.map(({ id }) => id),
      )
    },
    PATIENT,
  )
