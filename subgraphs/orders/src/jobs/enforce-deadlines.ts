import { type Transaction, transaction } from '@gigraph/shared/database'
import { forgetKeys } from '@gigraph/shared/idempotency'
import { bind } from '@gigraph/shared/service'
import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { step } from '../order/change-order.ts'
import { enforceDeadline, sweepDeadlines } from '../order/deadlines.ts'
import type { OrderEvent } from '../order/order.ts'
import { type FullOrder, openRequest } from '../order/order.ts'
import { findOrderForUpdate, listOverdue } from '../order/order-store.ts'
import type { Details } from '../order/rules.ts'

const { implementJob } = bind<Context>()

/** Orders per sweep; what is left waits a minute. */
const SWEEP = 500
const KEEP_KEYS = '-7d'

/** What the passing of time does to the order next; null when nothing is due. */
const dueStep = (order: FullOrder, at: Date): { event: OrderEvent; details: Details } | null => {
  const cancellation = openRequest(order, 'CANCELLATION')
  // Silence is consent to a cancellation, and none to more time.
  if (cancellation && cancellation.answerBy <= at) return { event: 'ANSWER_CANCELLATION', details: { accept: true } }
  const extension = openRequest(order, 'EXTENSION')
  if (extension && extension.answerBy <= at) return { event: 'ANSWER_EXTENSION', details: { accept: false } }
  const milestone = order.milestones.find(({ acceptBy }) => acceptBy && acceptBy <= at)
  if (milestone) return { event: 'ACCEPT_MILESTONE', details: { milestoneId: milestone.id } }
  if (order.deadline && order.deadlineAt && order.deadlineAt <= at) return { event: order.deadline, details: {} }
  return null
}

const enforce = async (ctx: Context, tx: Transaction, orderId: string): Promise<void> => {
  const at = ctx.clock.now()
  let order = await findOrderForUpdate(tx, orderId)
  for (let due = dueStep(order, at); due; due = dueStep(order, at)) {
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
