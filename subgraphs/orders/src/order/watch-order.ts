import { requireViewer } from '@gigraph/shared/auth'
import { notFound } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { topicOf } from './change-order.ts'
import { partyOf } from './order.ts'
import { listOrders } from './order-store.ts'

/** The order's id each time when something happens to it, for its two people. @throws {ApplicationError} NOT_FOUND for others */
export const watchOrder = async (ctx: Context, id: string): Promise<AsyncIterableIterator<{ orderId: string }>> => {
  const viewer = requireViewer(ctx)
  const [order] = await listOrders(ctx.db, [id])
  if (!order || !partyOf(order, viewer.id)) throw notFound('Order')
  return ctx.pubsub.subscribe(topicOf(id))
}
