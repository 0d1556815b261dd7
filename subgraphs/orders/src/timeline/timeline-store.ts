import type { Transaction } from '@gigraph/shared/database'
import { type Batch, groupBy } from '@gigraph/shared/graphql'
import { asc, inArray } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { timeline } from '../tables.ts'

export type TimelineEntry = typeof timeline.$inferSelect

export const appendEntry = async (tx: Transaction, entry: TimelineEntry): Promise<void> => {
  await tx.insert(timeline).values(entry)
}

/** For `load`: the entries of an order, oldest first. */
export const entriesOfOrder: Batch<Context, string, readonly TimelineEntry[]> = async (ctx, orderIds) =>
  groupBy(
    orderIds,
    await ctx.db
      .select()
      .from(timeline)
      .where(inArray(timeline.orderId, [...orderIds]))
      .orderBy(asc(timeline.id)),
    (entry) => entry.orderId,
  )
