import { type Transaction, transaction } from '@gigraph/shared/database'
import { forgetKeys } from '@gigraph/shared/idempotency'
import { bind } from '@gigraph/shared/service'
import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { step } from '../order/change-order.ts'
import { enforceDeadline, firstDue, sweepDeadlines } from '../order/deadlines.ts'
import { findOrderForUpdate, listOverdue } from '../order/order-store.ts'

const { implementJob } = bind<Context>()

/** Orders per sweep; what is left waits a minute. */
const SWEEP = 500
const KEEP_KEYS = '-7d'

const enforce = async (ctx: Context, tx: Transaction, orderId: string): Promise<void> => {
  const at = ctx.clock.now()
  let order = await findOrderForUpdate(tx, orderId)
  for (let due = firstDue(order, at); due; due = firstDue(order, at)) {
    const { event, details } = due
    const stepped = await step(ctx, tx, order, { event, how: { ...details, by: 'SYSTEM', at }, actorId: null })
    if (!stepped.ok) throw new Error(`${event} is due for the order ${orderId}, but ${stepped.errors[0]?.message}`)
    order = stepped.value
  }
}

export const enforceDeadlineOf = implementJob(enforceDeadline, (ctx, { orderId }) =>
  transaction(ctx.db, (tx) => enforce(ctx, tx, orderId)),
)

/** Finds what a lost job missed, and forgets old idempotency keys. One order that cannot go on does not hold up the others. */
export const sweep = implementJob(sweepDeadlines, async (ctx) => {
  for (const orderId of await listOverdue(ctx.db, ctx.clock.now(), SWEEP))
    await transaction(ctx.db, (tx) => enforce(ctx, tx, orderId)).catch((error: unknown) =>
      ctx.log.error({ err: error, orderId }, 'a deadline could not be enforced'),
    )
  await forgetKeys(ctx.db, after(ctx.clock.now(), KEEP_KEYS))
})
