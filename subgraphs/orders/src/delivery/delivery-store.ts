import type { Database, Transaction } from '@gigraph/shared/database'
import { type Batch, groupBy } from '@gigraph/shared/graphql'
import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { deliveries, milestones, orders } from '../tables.ts'

export type Delivery = typeof deliveries.$inferSelect

export const insertDelivery = async (tx: Transaction, delivery: Delivery): Promise<void> => {
  await tx.insert(deliveries).values(delivery)
}

/** For `load`: what was delivered for an order, oldest first. */
export const deliveriesOfOrder: Batch<Context, string, readonly Delivery[]> = async (ctx, orderIds) =>
  groupBy(
    orderIds,
    await ctx.db
      .select()
      .from(deliveries)
      .where(inArray(deliveries.orderId, [...orderIds]))
      .orderBy(asc(deliveries.id)),
    (delivery) => delivery.orderId,
  )

/** The condition that what was delivered was accepted, by the buyer or by the end of a dispute: then it is the buyer's. */
export const isAccepted: SQL<boolean> = sql`case when ${deliveries.milestoneId} is null
  then exists(select from ${orders} where ${orders.id} = ${deliveries.orderId} and ${orders.state} = 'COMPLETED')
  else exists(select from ${milestones} where ${milestones.id} = ${deliveries.milestoneId} and ${milestones.state} = 'RELEASED') end`

/** Ids of the files of an order's accepted work. */
export const listAcceptedFiles = async (db: Database, orderId: string): Promise<string[]> => {
  const found = await db
    .select({ uploadIds: deliveries.uploadIds })
    .from(deliveries)
    .where(and(eq(deliveries.orderId, orderId), isAccepted))
  return found.flatMap(({ uploadIds }) => uploadIds)
}
