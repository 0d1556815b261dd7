import { userReinstated, userSuspended } from '@gigraph/identity/events'
import { bind } from '@gigraph/shared/service'
import type { Context } from '../context.ts'
import { step } from '../order/change-order.ts'
import { findOrderForUpdate, listIdsOf } from '../order/order-store.ts'

const { handle } = bind<Context>()

/**
 * Somebody was suspended: what is not paid yet is cancelled, on either side. Where they are the seller of work that is paid, the
 * buyer may cancel from now on without asking, or wait.
 */
export const onUserSuspended = handle(userSuspended, 'suspend-orders', async (ctx, tx, { userId }) => {
  const how = { by: 'SYSTEM', at: ctx.clock.now() } as const
  const waiting = ['PENDING_PAYMENT', 'AWAITING_REQUIREMENTS', 'IN_PROGRESS', 'REVISION'] as const
  for (const id of await listIdsOf(tx, userId, waiting)) {
    const order = await findOrderForUpdate(tx, id)
    const event = order.state === 'PENDING_PAYMENT' ? 'CANCEL' : 'SUSPEND_SELLER'
    if (event === 'SUSPEND_SELLER' && order.sellerId !== userId) continue
    // Refused only when it has ended between the two reads: then there is nothing to do.
    await step(ctx, tx, order, { event, how, actorId: null })
  }
})

/** They are back: the buyers of their work wait for it as before. */
export const onUserReinstated = handle(userReinstated, 'reinstate-orders', async (ctx, tx, { userId }) => {
  const how = { by: 'SYSTEM', at: ctx.clock.now() } as const
  for (const id of await listIdsOf(tx, userId, ['AWAITING_REQUIREMENTS', 'IN_PROGRESS', 'REVISION'])) {
    const order = await findOrderForUpdate(tx, id)
    if (order.sellerId !== userId || !order.sellerSuspendedAt) continue
    await step(ctx, tx, order, { event: 'REINSTATE_SELLER', how, actorId: null })
  }
})
