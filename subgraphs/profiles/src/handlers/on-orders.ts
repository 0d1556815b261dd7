import { orderCancelled, orderCompleted } from '@gigraph/orders/events'
import { bind } from '@gigraph/shared/service'
import type { Context } from '../context.ts'
import { count } from '../freelancer/count.ts'
import { countOrder } from '../freelancer/freelancer-store.ts'

const { handle } = bind<Context>()

export const onOrderCompleted = handle(
  orderCompleted,
  'count-completed-order',
  async (ctx, tx, { sellerId, buyerId, onTime }) => {
    await countOrder(tx, sellerId, buyerId)
    await count(ctx, tx, sellerId, (profile) => ({
      ordersCompleted: profile.ordersCompleted + 1,
      ordersOnTime: profile.ordersOnTime + (onTime ? 1 : 0),
    }))
  },
)

/** Only a cancellation that is the seller's own fault counts against the seller. */
export const onOrderCancelled = handle(orderCancelled, 'count-failed-order', async (ctx, tx, { sellerId, fault }) => {
  if (fault !== 'SELLER') return
  await count(ctx, tx, sellerId, (profile) => ({ ordersFailed: profile.ordersFailed + 1 }))
})
