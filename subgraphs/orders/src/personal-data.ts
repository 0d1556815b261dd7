import type { Database } from '@gigraph/shared/database'
import { rowsOf } from '@gigraph/shared/personal-data'
import { and, eq, exists, or, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { changeRequests, deliveries, disputes, milestones, orders, timeline } from './tables.ts'

/** Whether the order in the column is one of the person's, on the side that `side` names in SQL, or on either. */
const ofOrders = (db: Database, orderId: PgColumn, userId: string, side?: SQL) => {
  const isSide = or(
    and(eq(orders.buyerId, userId), side && sql`${side} = 'BUYER'`),
    and(eq(orders.sellerId, userId), side && sql`${side} = 'SELLER'`),
  )
  return exists(
    db
      .select({ one: sql`1` })
      .from(orders)
      .where(and(eq(orders.id, orderId), isSide)),
  )
}

/** What orders knows of a person, for the export of their data: their own side's words, never the other's. */
export const personalData = [
  rowsOf({ name: 'purchases', table: orders, of: (userId) => eq(orders.buyerId, userId) }),
  rowsOf({
    name: 'sales',
    table: orders,
    of: (userId) => eq(orders.sellerId, userId),
    omit: ['answers', 'answerUploads'],
  }),
  rowsOf({
    name: 'milestones',
    table: milestones,
    of: (userId, db) => ofOrders(db, milestones.orderId, userId),
  }),
  rowsOf({
    name: 'deliveries',
    table: deliveries,
    of: (userId, db) => ofOrders(db, deliveries.orderId, userId, sql`'SELLER'`),
  }),
  rowsOf({
    name: 'requests',
    table: changeRequests,
    of: (userId, db) => ofOrders(db, changeRequests.orderId, userId, sql`${changeRequests.requestedBy}`),
  }),
  rowsOf({
    name: 'disputesOpened',
    table: disputes,
    of: (userId, db) => ofOrders(db, disputes.orderId, userId, sql`${disputes.openedBy}`),
    omit: ['answer', 'answerEvidenceIds', 'proposalNote'],
  }),
  rowsOf({
    name: 'disputesAnswered',
    table: disputes,
    of: (userId, db) =>
      ofOrders(
        db,
        disputes.orderId,
        userId,
        sql`case ${disputes.openedBy} when 'BUYER' then 'SELLER' else 'BUYER' end`,
      ),
    omit: ['reason', 'evidenceIds', 'proposalNote'],
  }),
  rowsOf({ name: 'acts', table: timeline, of: (userId) => eq(timeline.actorId, userId) }),
]
