import type { Transaction } from '@gigraph/shared/database'
import { type Batch, type ConnectionArguments, indexBy, paginate } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { and, eq, gt, inArray, lte, or, type SQL, sql } from 'drizzle-orm'
import type { MarketSide } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import { offers } from '../tables.ts'
import type { Offer } from './offer.ts'

export const offerById: Batch<Context, string, Offer> = async (ctx, ids) =>
  indexBy(
    await ctx.db
      .select()
      .from(offers)
      .where(inArray(offers.id, ids.filter(isId))),
    ({ id }) => id,
  )

export const findOptionalForUpdate = async (tx: Transaction, id: string): Promise<Offer | undefined> => {
  const [found] = isId(id) ? await tx.select().from(offers).where(eq(offers.id, id)).for('update') : []
  return found
}

export const add = async (tx: Transaction, offer: Offer): Promise<void> => {
  await tx.insert(offers).values(offer)
}

export const save = async (tx: Transaction, id: string, changes: Partial<Offer>): Promise<Offer> => {
  const [saved] = await tx.update(offers).set(changes).where(eq(offers.id, id)).returning()
  if (!saved) throw new Error(`the offer ${id} is gone`)
  return saved
}

/** The condition that people see one of these states: what the sweeper has not noted yet has expired all the same. */
const isSeenAs = (statuses: readonly Offer['status'][], now: Date): SQL => {
  const overdue = and(eq(offers.status, 'SENT'), lte(offers.expiresAt, now))
  return sql`case when ${overdue} then 'EXPIRED' else ${offers.status} end = any(${sql.param([...statuses])}::text[])`
}

const onSide = (userId: string, side: MarketSide | null | undefined): SQL | undefined => {
  const on = { FREELANCER: eq(offers.freelancerId, userId), CLIENT: eq(offers.clientId, userId) }
  return side ? on[side] : or(on.FREELANCER, on.CLIENT)
}

/** Offers that somebody sent or received, newest first. */
export const listOf = (
  ctx: Context,
  userId: string,
  {
    status,
    side,
    ...args
  }: ConnectionArguments & {
    readonly status?: readonly Offer['status'][] | null | undefined
    readonly side?: MarketSide | null | undefined
  },
) =>
  paginate(
    args,
    [
      { column: offers.createdAt, direction: 'desc', of: (offer: Offer) => offer.createdAt },
      { column: offers.id, direction: 'desc', of: (offer: Offer) => offer.id },
    ],
    ({ where, orderBy, limit }) =>
      ctx.db
        .select()
        .from(offers)
        .where(and(onSide(userId, side), status ? isSeenAs(status, ctx.clock.now()) : undefined, where))
        .orderBy(...orderBy)
        .limit(limit),
  )

/** How many offers of a freelancer's wait for a client's decision. */
export const countOpen = (
  tx: Transaction,
  { freelancerId, clientId, now }: { readonly freelancerId: string; readonly clientId: string; readonly now: Date },
): Promise<number> =>
  tx.$count(
    offers,
    and(
      eq(offers.freelancerId, freelancerId),
      eq(offers.clientId, clientId),
      eq(offers.status, 'SENT'),
      gt(offers.expiresAt, now),
    ),
  )

/** Notes offers whose time is over. */
export const expireDue = (tx: Transaction, now: Date): Promise<Offer[]> =>
  tx
    .update(offers)
    .set({ status: 'EXPIRED', decidedAt: now })
    .where(and(eq(offers.status, 'SENT'), lte(offers.expiresAt, now)))
    .returning()

/** Ends what a deleted person still had open and takes away their words; what was ordered is kept by orders. */
export const endOffersOf = async (tx: Transaction, userId: string, now: Date): Promise<void> => {
  await tx
    .update(offers)
    .set({ title: 'Deleted offer', description: '', milestones: [] })
    .where(eq(offers.freelancerId, userId))
  const end = (status: Offer['status'], condition: SQL) =>
    tx
      .update(offers)
      .set({ status, decidedAt: now })
      .where(and(condition, eq(offers.status, 'SENT')))
  await end('WITHDRAWN', eq(offers.freelancerId, userId))
  await end('DECLINED', eq(offers.clientId, userId))
}
