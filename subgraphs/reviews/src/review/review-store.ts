import type { Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import {
  type Batch,
  type Connection,
  type ConnectionArguments,
  indexBy,
  type OrderKey,
  paginate,
} from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { and, asc, eq, inArray, isNotNull, isNull, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Context } from '../context.ts'
import { reviews } from '../tables.ts'
import type { ReviewRow } from './review.ts'

export const insertReview = async (tx: Transaction, review: typeof reviews.$inferInsert): Promise<ReviewRow> => {
  const [row] = await tx.insert(reviews).values(review).returning()
  if (!row) throw new Error('the insert answered no row')
  return row
}

/** Writes changes of one review. */
export const saveReview = async (tx: Transaction, id: string, changes: Partial<ReviewRow>): Promise<ReviewRow> => {
  const [row] = await tx.update(reviews).set(changes).where(eq(reviews.id, id)).returning()
  if (!row) throw notFound('Review')
  return row
}

/** @throws {ApplicationError} NOT_FOUND */
export const findReviewForUpdate = async (tx: Transaction, id: string): Promise<ReviewRow> => {
  const [row] = await tx.select().from(reviews).where(eq(reviews.id, id)).for('update')
  if (!row) throw notFound('Review')
  return row
}

/** What both sides wrote, the buyer's first: publishing them locks the summaries in the same order whoever comes. */
export const listReviewsOfOrder = (tx: Transaction, orderId: string): Promise<ReviewRow[]> =>
  tx.select().from(reviews).where(eq(reviews.orderId, orderId)).orderBy(asc(reviews.side))

export const reviewsById: Batch<Context, string, ReviewRow> = async ({ db }, ids) =>
  indexBy(
    await db
      .select()
      .from(reviews)
      .where(inArray(reviews.id, [...ids])),
    (review) => review.id,
  )

/** Both sides' reviews by order, published or not: whoever shows them decides who may see them. */
export const reviewsByOrder: Batch<Context, string, ReviewRow[]> = async ({ db }, orderIds) => {
  const found = await db
    .select()
    .from(reviews)
    .where(inArray(reviews.orderId, [...orderIds]))
  return Map.groupBy(found, (review) => review.orderId)
}

export type ReviewSort = 'NEWEST' | 'HIGHEST' | 'LOWEST'

interface ReviewQuery {
  readonly gigId?: string | null | undefined
  readonly revieweeId?: string | null | undefined
  readonly reviewerId?: string | null | undefined
  readonly side?: 'BUYER' | 'SELLER' | undefined
  readonly ratings?: readonly number[] | null | undefined
  readonly withReply?: boolean | null | undefined
  readonly sort?: ReviewSort | undefined
}

const newest: OrderKey<ReviewRow>[] = [
  { column: reviews.publishedAt, direction: 'desc', of: (review) => review.publishedAt ?? new Date(0) },
  { column: reviews.id, direction: 'desc', of: (review) => review.id },
]
const byRating = (direction: 'asc' | 'desc'): OrderKey<ReviewRow>[] => [
  { column: reviews.rating, direction, of: (review) => review.rating },
  ...newest,
]
const orders: Readonly<Record<ReviewSort, OrderKey<ReviewRow>[]>> = {
  NEWEST: newest,
  HIGHEST: byRating('desc'),
  LOWEST: byRating('asc'),
}

/** Nothing is of somebody whose id is none: PostgreSQL refuses to compare it. */
const isOf = (column: PgColumn, id: string | null | undefined): SQL | undefined => {
  if (!id) return undefined
  return isId(id) ? eq(column, id) : sql`false`
}

const isAnswered = sql`(${reviews.repliedAt} is not null and ${reviews.replyHiddenAt} is null)`

const conditions = (query: ReviewQuery): (SQL | undefined)[] => [
  isNotNull(reviews.publishedAt),
  isNull(reviews.hiddenAt),
  isOf(reviews.gigId, query.gigId),
  isOf(reviews.revieweeId, query.revieweeId),
  isOf(reviews.reviewerId, query.reviewerId),
  query.side ? eq(reviews.side, query.side) : undefined,
  query.ratings?.length ? inArray(reviews.rating, [...query.ratings]) : undefined,
  query.withReply == null ? undefined : query.withReply ? isAnswered : sql`not (${isAnswered})`,
]

/** A page of visible reviews. */
export const listReviews = (
  { db }: Context,
  query: ReviewQuery,
  args: ConnectionArguments,
): Promise<Connection<ReviewRow>> =>
  paginate(args, orders[query.sort ?? 'NEWEST'], ({ where, orderBy, limit }) =>
    db
      .select()
      .from(reviews)
      .where(and(...conditions(query), where))
      .orderBy(...orderBy)
      .limit(limit),
  )
