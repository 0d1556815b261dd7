import { userReinstated, userSuspended } from '@gigraph/identity/events'
import { milestoneReleased, orderCancelled, orderCompleted, orderExpired, orderResolved } from '@gigraph/orders/events'
import { freelancerLevelChanged } from '@gigraph/profiles/events'
import type { Transaction } from '@gigraph/shared/database'
import type { Money } from '@gigraph/shared/money'
import { bind } from '@gigraph/shared/service'
import type { Context } from '../context.ts'
import { saveLevel } from '../earnings/earning-store.ts'
import { closeCheckouts } from '../payment/jobs.ts'
import { holdPayoutsOf, releasePayoutsOf } from '../payout/hold-payout.ts'
import { lockOrderAccount, noteMilestoneRelease, noteOutcome } from '../settlement/order-account-store.ts'
import { settleOrder } from '../settlement/settle-order.ts'
import type { OrderAccount } from '../settlement/tables.ts'
import { onUserDeleted } from './on-user-deleted.ts'

const { handle } = bind<Context>()

interface Ended {
  readonly orderId: string
  readonly buyerId: string
  readonly sellerId: string
  readonly gigId: string | null
  readonly title: string
  readonly total: Money
}

const end = async (
  ctx: Context,
  tx: Transaction,
  order: Ended,
  { outcome, toBuyer }: { outcome: NonNullable<OrderAccount['outcome']>; toBuyer?: Money },
) => {
  const account = await lockOrderAccount(tx, { ...order, currency: order.total.currency })
  await noteOutcome(tx, account, outcome, toBuyer?.amountMinor ?? 0)
  await settleOrder(ctx, tx, order.orderId)
}

/** Reactions to what happens elsewhere: an order's end says where its money goes. */
export const handlers = [
  handle(orderCompleted, 'release-escrow', (ctx, tx, order) => end(ctx, tx, order, { outcome: 'COMPLETED' })),

  handle(orderResolved, 'divide-escrow', (ctx, tx, order) =>
    end(ctx, tx, order, { outcome: 'RESOLVED', toBuyer: order.toBuyer }),
  ),

  handle(orderCancelled, 'return-escrow', async (ctx, tx, order) => {
    await end(ctx, tx, order, { outcome: 'CANCELLED', toBuyer: order.refund })
    await ctx.enqueue(tx, closeCheckouts, { orderId: order.orderId })
  }),

  handle(orderExpired, 'close-checkout', async (ctx, tx, order) => {
    await end(ctx, tx, order, { outcome: 'EXPIRED' })
    await ctx.enqueue(tx, closeCheckouts, { orderId: order.orderId })
  }),

  handle(
    milestoneReleased,
    'release-milestone',
    async (ctx, tx, { orderId, milestoneId, buyerId, sellerId, amount }) => {
      const known = { orderId, buyerId, sellerId, gigId: null, title: 'Milestone', currency: amount.currency }
      await lockOrderAccount(tx, known)
      await noteMilestoneRelease(tx, { milestoneId, orderId, amountMinor: amount.amountMinor })
      await settleOrder(ctx, tx, orderId)
    },
  ),

  handle(freelancerLevelChanged, 'remember-level', (_, tx, { userId, to }, { occurredAt }) =>
    saveLevel(tx, { userId, level: to, changedAt: occurredAt }),
  ),

  handle(userSuspended, 'hold-payouts', (ctx, tx, { userId }, { occurredAt }) =>
    holdPayoutsOf(ctx, tx, { userId, occurredAt }),
  ),
  handle(userReinstated, 'release-payouts', (ctx, tx, { userId }, { occurredAt }) =>
    releasePayoutsOf(ctx, tx, { userId, occurredAt }),
  ),
  onUserDeleted,
]
