import { orderCancelled, orderCompleted } from '@gigraph/orders/events'
import type { Transaction } from '@gigraph/shared/database'
import { bind } from '@gigraph/shared/service'
import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { createMissing } from '../freelancer/freelancer-store.ts'
import { projectFreelancers } from '../freelancer/project-freelancers.ts'
import { freelancerOrders } from '../tables.ts'

const { handle } = bind<Context>()

/** Keeps how an order ended. It ends once; were both told, completion would hold, whichever came first. */
const note = async (ctx: Context, tx: Transaction, fact: typeof freelancerOrders.$inferInsert): Promise<void> => {
  // A seller is a freelancer, whether or not the news of the registration has arrived.
  if (!(await createMissing(tx, { userId: fact.freelancerId, at: ctx.clock.now() }))) return
  await tx
    .insert(freelancerOrders)
    .values(fact)
    .onConflictDoUpdate({
      target: freelancerOrders.orderId,
      set: { outcome: fact.outcome, onTime: fact.onTime },
      setWhere: sql`${freelancerOrders.outcome} = 'FAILED' and excluded.outcome = 'COMPLETED'`,
    })
  await projectFreelancers(ctx, tx, [fact.freelancerId])
}

export const onOrderCompleted = handle(
  orderCompleted,
  'count-completed-order',
  (ctx, tx, { orderId, sellerId, buyerId, onTime }) =>
    note(ctx, tx, { orderId, freelancerId: sellerId, clientId: buyerId, outcome: 'COMPLETED', onTime }),
)

/** Only a cancellation that is the seller's own fault counts against the seller. */
export const onOrderCancelled = handle(
  orderCancelled,
  'count-failed-order',
  async (ctx, tx, { orderId, sellerId, buyerId, fault }) => {
    if (fault !== 'SELLER') return
    await note(ctx, tx, { orderId, freelancerId: sellerId, clientId: buyerId, outcome: 'FAILED', onTime: false })
  },
)
