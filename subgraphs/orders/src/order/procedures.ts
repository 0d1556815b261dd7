import { notFound } from '@gigraph/shared/errors'
import { bind } from '@gigraph/shared/service'
import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { openOrders, participants, payable } from '../internal.ts'
import { endStates, type FullOrder, states } from './order.ts'
import { listIdsOf, listOrders } from './order-store.ts'
import { listParts } from './parts-store.ts'
import { unfunded } from './payment-rules.ts'
import { PAYMENT_TIME } from './rules.ts'

const { implementProcedure } = bind<Context>()

/** An order, or the next or named milestone of one that is paid step by step. */
const whatIsPaid = (order: FullOrder, milestoneId: string | null) => {
  if (order.milestones.length === 0)
    return !milestoneId && order.state === 'PENDING_PAYMENT' ? { milestoneId: null, amount: order.total } : null
  const open = ['PENDING_PAYMENT', 'AWAITING_REQUIREMENTS', 'IN_PROGRESS'].includes(order.state)
  const milestone = open ? unfunded(order, milestoneId) : undefined
  return milestone && { milestoneId: milestone.id, amount: milestone.amount }
}

/** What the payer is to pay; without a milestone, an order with milestones answers with the next one. */
export const answerPayable = implementProcedure(payable, async (ctx, { orderId, milestoneId, payerId }) => {
  const [order] = await listOrders(ctx.db, [orderId])
  if (!order || order.buyerId !== payerId) throw notFound('Order')
  const parts = (await listParts(ctx.db, [orderId])).get(orderId)
  const due = parts && whatIsPaid({ ...order, ...parts }, milestoneId)
  const { buyerId, sellerId, gigId, title, state, deadlineAt } = order
  const now = ctx.clock.now()
  const payBefore = state === 'PENDING_PAYMENT' && deadlineAt ? deadlineAt : after(now, PAYMENT_TIME)
  if (!due || payBefore <= now)
    return { payable: false as const, reason: 'There is nothing to pay: the order is paid, cancelled or expired.' }
  return {
    payable: true as const,
    orderId,
    buyerId,
    sellerId,
    gigId,
    title,
    ...due,
    payBefore: payBefore.toISOString(),
  }
})

export const answerParticipants = implementProcedure(participants, async (ctx, { orderId }) => {
  const [order] = await listOrders(ctx.db, [orderId])
  if (!order) throw notFound('Order')
  const { buyerId, sellerId, title } = order
  return { buyerId, sellerId, title }
})

export const answerOpenOrders = implementProcedure(openOrders, async (ctx, { userId }) => {
  const open = await listIdsOf(
    ctx.db,
    userId,
    states.filter((state) => !endStates.includes(state)),
  )
  return { count: open.length }
})
