import { userReinstated, userSuspended } from '@gigraph/identity/events'
import { bind } from '@gigraph/shared/service'
import type { Context } from '../context.ts'
import { step } from '../order/change-order.ts'
import type { OrderState } from '../order/order.ts'
import { findOrderForUpdate, listIdsOf } from '../order/order-store.ts'
import { noteStanding } from '../order/standing-store.ts'

const { handle } = bind<Context>()

/** Paid, and the seller's to work on, now or after a revision. */
const owed: readonly OrderState[] = ['AWAITING_REQUIREMENTS', 'IN_PROGRESS', 'DELIVERED', 'REVISION']

/**
 * Somebody was suspended: what is not paid yet is cancelled, on either side. Where they are the seller of work that is paid, the
 * buyer may cancel from now on without asking, or wait.
 */
export const onUserSuspended = handle(
  userSuspended,
  'suspend-orders',
  async (ctx, tx, { userId }, { occurredAt: at }) => {
    if (!(await noteStanding(tx, { userId, suspendedAt: at, asOf: at }))) return
    const how = { by: 'SYSTEM', at: ctx.clock.now() } as const
    for (const id of await listIdsOf(tx, userId, ['PENDING_PAYMENT', ...owed])) {
      const order = await findOrderForUpdate(tx, id)
      const event = order.state === 'PENDING_PAYMENT' ? 'CANCEL' : 'SUSPEND_SELLER'
      if (event === 'SUSPEND_SELLER' && order.sellerId !== userId) continue
      // Refused only when it has ended between the two reads: then there is nothing to do.
      await step(ctx, tx, order, { event, how, actorId: null })
    }
  },
)

/** They are back: the buyers of their work wait for it as before. */
export const onUserReinstated = handle(
  userReinstated,
  'reinstate-orders',
  async (ctx, tx, { userId }, { occurredAt: at }) => {
    if (!(await noteStanding(tx, { userId, suspendedAt: null, asOf: at }))) return
    const how = { by: 'SYSTEM', at: ctx.clock.now() } as const
    for (const id of await listIdsOf(tx, userId, owed)) {
      const order = await findOrderForUpdate(tx, id)
      if (order.sellerId !== userId || !order.sellerSuspendedAt) continue
      await step(ctx, tx, order, { event: 'REINSTATE_SELLER', how, actorId: null })
    }
  },
)
