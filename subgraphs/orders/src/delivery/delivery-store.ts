import type { Transaction } from '@gigraph/shared/database'
import { type Batch, groupBy } from '@gigraph/shared/graphql'
import { asc, inArray } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { deliveries } from '../tables.ts'

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
