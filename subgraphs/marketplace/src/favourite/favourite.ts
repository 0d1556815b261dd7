import { requireViewer } from '@gigraph/shared/auth'
import { notFound, ok, type Result } from '@gigraph/shared/errors'
import {
  type Batch,
  type Connection,
  type ConnectionArguments,
  load,
  mapConnection,
  paginate,
} from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { and, eq, getTableColumns, inArray } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Gig } from '../gig/gig.ts'
import { gigById } from '../gig/gig-store.ts'
import { seesGig } from '../gig/policy.ts'
import { inCategory } from '../listing/conditions.ts'
import { refuseErased } from '../seller/seller-store.ts'
import { favourites, listings } from '../tables.ts'

interface Which {
  readonly gigId: string
}

const findOptionalVisible = async (ctx: Context, gigId: string): Promise<Gig | null> => {
  const gig = await load(ctx, gigById, gigId)
  return gig && seesGig(ctx.viewer, gig, gig.sellerInGoodStanding) ? gig : null
}

/** Remembers a gig for the viewer. */
export const favourite = async (ctx: Context, { gigId }: Which): Promise<Result<Gig>> => {
  const { id: userId } = requireViewer(ctx)
  const gig = await findOptionalVisible(ctx, gigId)
  if (!gig) throw notFound('Gig')
  await refuseErased(ctx.db, userId)
  await ctx.db.insert(favourites).values({ userId, gigId, createdAt: ctx.clock.now() }).onConflictDoNothing()
  return ok(gig)
}

/** Forgets a gig for the viewer, also one that nobody sees any more. */
export const unfavourite = async (ctx: Context, { gigId }: Which): Promise<Result<Gig | null>> => {
  const { id: userId } = requireViewer(ctx)
  if (isId(gigId))
    await ctx.db.delete(favourites).where(and(eq(favourites.userId, userId), eq(favourites.gigId, gigId)))
  return ok(await findOptionalVisible(ctx, gigId))
}

/** Which of the gigs the viewer remembers. */
export const isFavourite: Batch<Context, string, boolean> = async (ctx, gigIds) => {
  if (!ctx.viewer) return new Map()
  const found = await ctx.db
    .select()
    .from(favourites)
    .where(and(eq(favourites.userId, ctx.viewer.id), inArray(favourites.gigId, [...gigIds])))
  return new Map(found.map(({ gigId }) => [gigId, true]))
}

/** What somebody remembers and what is still on the market, the latest first. */
export const listFavourites = async (
  ctx: Context,
  userId: string,
  { category, ...args }: ConnectionArguments & { readonly category?: string | null | undefined },
): Promise<Connection<Gig>> => {
  type Row = typeof favourites.$inferSelect
  const page = await paginate(
    args,
    [
      { column: favourites.createdAt, direction: 'desc', of: (row: Row) => row.createdAt },
      { column: favourites.gigId, direction: 'desc', of: (row: Row) => row.gigId },
    ],
    ({ where, orderBy, limit }) =>
      ctx.db
        .select(getTableColumns(favourites))
        .from(favourites)
        .innerJoin(listings, eq(listings.gigId, favourites.gigId))
        .where(and(eq(favourites.userId, userId), category == null ? undefined : inCategory(category), where))
        .orderBy(...orderBy)
        .limit(limit),
  )
  const gigs = new Map(
    (await Promise.all(page.nodes.map((row) => load(ctx, gigById, row.gigId)))).flatMap((gig) =>
      gig ? [[gig.id, gig]] : [],
    ),
  )
  return mapConnection(page, (row) => gigs.get(row.gigId) as Gig)
}
