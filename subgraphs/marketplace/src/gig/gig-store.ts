import { type Database, prepared, rows, type Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import { type Batch, indexBy } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { and, count, eq, getTableColumns, inArray, isNull, ne, or, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { gigs, gigVersions, sellers } from '../tables.ts'
import { type Gig, type GigDraft, type GigVersion, versionOf } from './gig.ts'

/** A gig with whether its seller may sell now. */
export type GigInStanding = Gig & { readonly sellerInGoodStanding: boolean }

const shownVersion = and(
  eq(gigVersions.gigId, gigs.id),
  eq(gigVersions.version, sql`coalesce(${gigs.publishedVersion}, ${gigs.draftVersion})`),
)

/** Gigs as buyers see them, with the standing of their sellers: to be completed with where, order and limit. */
export const selectGigs = (db: Database) =>
  db
    .select({
      gig: getTableColumns(gigs),
      shown: getTableColumns(gigVersions),
      sellerInGoodStanding: sql<boolean>`${sellers.suspendedAt} is null and ${sellers.deletedAt} is null`,
    })
    .from(gigs)
    .innerJoin(gigVersions, shownVersion)
    .leftJoin(sellers, eq(sellers.userId, gigs.sellerId))
    .$dynamic()

/** A row of {@link selectGigs}. */
export type Selected = Awaited<ReturnType<typeof selectGigs>>[number]

export const gigOfRow = ({ gig, shown, sellerInGoodStanding }: Selected): GigInStanding => ({
  ...gig,
  shown,
  sellerInGoodStanding,
})

const gigsByIds = prepared((db) =>
  selectGigs(db)
    .where(sql`${gigs.id} = any(${sql.placeholder('ids')}::uuid[])`)
    .prepare('gigs-by-ids'),
)

/** Gigs by id, whoever may see them: ask the policy. */
export const gigById: Batch<Context, string, GigInStanding> = async (ctx, ids) =>
  indexBy((await gigsByIds(ctx.db).execute({ ids: ids.filter(isId) })).map(gigOfRow), (gig) => gig.id)

export const gigBySlug: Batch<Context, string, GigInStanding> = async (ctx, slugs) =>
  indexBy((await selectGigs(ctx.db).where(inArray(gigs.slug, [...slugs]))).map(gigOfRow), (gig) => gig.slug)

/** The newest version of a gig, published or not. */
export const draftOf: Batch<Context, string, Gig['shown']> = async (ctx, ids) =>
  indexBy(
    await ctx.db
      .select(getTableColumns(gigVersions))
      .from(gigs)
      .innerJoin(gigVersions, and(eq(gigVersions.gigId, gigs.id), eq(gigVersions.version, gigs.draftVersion)))
      .where(inArray(gigs.id, ids.filter(isId))),
    (version) => version.gigId,
  )

/** The gig with its newest version, locked until the end of the transaction. @throws {ApplicationError} NOT_FOUND */
export const findForUpdate = async (tx: Transaction, id: string): Promise<Gig> => {
  if (!isId(id)) throw notFound('Gig')
  const [gig] = await tx.select().from(gigs).where(eq(gigs.id, id)).for('update')
  if (!gig) throw notFound('Gig')
  const [shown] = await tx
    .select()
    .from(gigVersions)
    .where(and(eq(gigVersions.gigId, id), eq(gigVersions.version, gig.draftVersion)))
  if (!shown) throw new Error(`the gig ${id} lacks its version ${gig.draftVersion}`)
  return { ...gig, shown }
}

/** The version of a gig that buyers have seen until now; null before it was published and after it was taken off the market for good. */
export const findPublished = async (
  tx: Transaction,
  { id, publishedVersion, status }: Pick<Gig, 'id' | 'publishedVersion' | 'status'>,
): Promise<GigVersion | null> => {
  if (publishedVersion === null || status === 'REMOVED' || status === 'ARCHIVED') return null
  const [published] = await tx
    .select()
    .from(gigVersions)
    .where(and(eq(gigVersions.gigId, id), eq(gigVersions.version, publishedVersion)))
  return published ?? null
}

/** How many gigs a seller keeps, drafts included. */
export const countOfSeller = async (db: Database, sellerId: string): Promise<number> => {
  const [found] = await db
    .select({ count: count() })
    .from(gigs)
    .where(and(eq(gigs.sellerId, sellerId), ne(gigs.status, 'ARCHIVED')))
  return found?.count ?? 0
}

/** Pictures that any version of any gig of a seller shows: copies of a gig share them. */
export const imagesOfSeller = async (tx: Transaction, sellerId: string): Promise<ReadonlySet<string>> => {
  const found = await rows<{ id: string }>(
    tx,
    sql`select distinct jsonb_array_elements_text(${gigVersions.content} -> 'images') as id
        from ${gigVersions} join ${gigs} on ${gigs.id} = ${gigVersions.gigId} where ${gigs.sellerId} = ${sellerId}::uuid`,
  )
  return new Set(found.map(({ id }) => id))
}

/** Adds a gig with its first version. */
export const add = async (tx: Transaction, gig: typeof gigs.$inferInsert, draft: GigDraft): Promise<Gig> => {
  const [saved] = await tx.insert(gigs).values(gig).returning()
  const [shown] = await tx
    .insert(gigVersions)
    .values({ gigId: gig.id, version: gig.draftVersion, createdAt: gig.createdAt, ...versionOf(draft) })
    .returning()
  if (!saved || !shown) throw new Error('an insert returned nothing')
  return { ...saved, shown }
}

/** Writes columns of the gig itself. */
export const save = async (tx: Transaction, gig: Gig, changes: Partial<typeof gigs.$inferInsert>): Promise<Gig> => {
  const [saved] = await tx.update(gigs).set(changes).where(eq(gigs.id, gig.id)).returning()
  if (!saved) throw new Error(`the gig ${gig.id} is gone`)
  return { ...saved, shown: gig.shown }
}

/** Writes what the gig offers: into the newest version while that was never published, else into a new one. */
export const saveDraft = async (tx: Transaction, gig: Gig, draft: GigDraft, at: Date): Promise<Gig> => {
  const frozen = gig.publishedVersion === gig.draftVersion
  const version = frozen ? gig.draftVersion + 1 : gig.draftVersion
  const values = { gigId: gig.id, version, createdAt: at, ...versionOf(draft) }
  const [shown] = await tx
    .insert(gigVersions)
    .values(values)
    .onConflictDoUpdate({ target: [gigVersions.gigId, gigVersions.version], set: values })
    .returning()
  if (!shown) throw new Error('an insert returned nothing')
  return save(tx, { ...gig, shown }, { draftVersion: version, updatedAt: at })
}

/** The condition that a gig's seller is neither suspended nor gone. */
export const inGoodStanding = or(isNull(sellers.userId), and(isNull(sellers.suspendedAt), isNull(sellers.deletedAt)))
