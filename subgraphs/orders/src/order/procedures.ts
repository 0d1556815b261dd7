import { notFound } from '@gigraph/shared/errors'
import { bind } from '@gigraph/shared/service'
import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { openOrders, participants, payable } from '../internal.ts'
import { endStates, states } from './order.ts'
import { listIdsOf, listOrders } from './order-store.ts'
import { listParts } from './parts-store.ts'
import { payableNow } from './payment-rules.ts'
import { PAYMENT_TIME } from './rules.ts'

const { implementProcedure } = bind<Context>()

const NOTHING_TO_PAY = 'There is nothing to pay: the order is paid, cancelled or expired, or its seller is suspended.'

/** What the payer is to pay; without a milestone, an order with milestones answers with the next one. */
export const answerPayable = implementProcedure(payable, async (ctx, { orderId, milestoneId, payerId }) => {
  const [order] = await listOrders(ctx.db, [orderId])
  if (!order || order.buyerId !== payerId) throw notFound('Order')
  const parts = (await listParts(ctx.db, [orderId])).get(orderId)
  const now = ctx.clock.now()
  const due = parts && payableNow({ ...order, ...parts }, now, milestoneId)
  const { buyerId, sellerId, gigId, title, state, deadlineAt } = order
  const payBefore = state === 'PENDING_PAYMENT' && deadlineAt ? deadlineAt : after(now, PAYMENT_TIME)
  if (!due) return { payable: false as const, reason: NOTHING_TO_PAY }
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
