import type { Transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'
import * as events from '../events.ts'
import type { OrderEvent } from './order.ts'
import { type FullOrder, heldMinor, type Milestone, restMinor } from './order.ts'
import { isFirstTogether } from './order-store.ts'
import type { OrderHow } from './rules.ts'

interface Transitioned {
  readonly event: OrderEvent
  readonly before: FullOrder
  readonly order: FullOrder
  readonly how: OrderHow
  readonly actorId: string | null
}

export const facts = ({ id, buyerId, sellerId, title, gigId, total }: FullOrder) => ({
  orderId: id,
  buyerId,
  sellerId,
  title,
  gigId,
  total,
})

/** Tells the other services what a transition means: by the state that it led to, else by what happened within the state. */
export const announce = async (ctx: Context, tx: Transaction, transitioned: Transitioned): Promise<void> => {
  await announceMilestones(ctx, tx, transitioned)
  const { before, order, event } = transitioned
  if (event === 'ACCEPT_SETTLEMENT' || event === 'RESOLVE_DISPUTE') return announceResolution(ctx, tx, transitioned)
  if (before.state === order.state) return announceWithin(ctx, tx, transitioned)
  return announceState(ctx, tx, transitioned)
}

const money = ({ total }: FullOrder, amountMinor: number) => ({ amountMinor, currency: total.currency })

const announceState = async (ctx: Context, tx: Transaction, transitioned: Transitioned) => {
  const { event, before, order, how } = transitioned
  const told = facts(order)
  switch (order.state) {
    case 'IN_PROGRESS':
      return ctx.publish(tx, events.orderStarted, { ...told, dueAt: (order.dueAt ?? how.at).toISOString() })
    case 'DELIVERED':
      return ctx.publish(tx, events.orderDelivered, { ...told, onTime: order.lateAt === null })
    case 'REVISION':
      return ctx.publish(tx, events.orderRevisionRequested, told)
    case 'COMPLETED':
      return ctx.publish(tx, events.orderCompleted, {
        ...told,
        onTime: order.lateAt === null,
        firstWithBuyer: await isFirstTogether(tx, order),
      })
    case 'CANCELLED': {
      // Payments refunded it already: nothing of it is left to go back.
      const refundMinor = event === 'REFUND' || event === 'PAY' ? 0 : heldMinor(before)
      const refund = money(order, refundMinor)
      return ctx.publish(tx, events.orderCancelled, { ...told, fault: order.fault ?? 'NOBODY', refund })
    }
    case 'EXPIRED':
      return ctx.publish(tx, events.orderExpired, told)
    case 'DISPUTED': {
      const { dispute } = order
      const openedBy = dispute?.openedBy === 'SELLER' ? order.sellerId : order.buyerId
      return ctx.publish(tx, events.orderDisputed, { ...told, openedBy, reason: dispute?.reason ?? '' })
    }
    case 'PENDING_PAYMENT':
    case 'AWAITING_REQUIREMENTS':
      return announceChange(ctx, tx, transitioned)
  }
}

const announceWithin = async (ctx: Context, tx: Transaction, transitioned: Transitioned) => {
  const { event, order, how } = transitioned
  const told = facts(order)
  if (event === 'MARK_LATE') return ctx.publish(tx, events.orderLate, told)
  if (event === 'PAY' && order.state === 'CANCELLED')
    return ctx.publish(tx, events.orderCancelled, {
      ...told,
      fault: order.fault ?? 'NOBODY',
      // What arrived now, unless payments has sent it back on its own already.
      refund: money(order, Math.min(how.amountMinor ?? 0, Math.max(0, order.paidMinor - order.refundedMinor))),
    })
  return announceChange(ctx, tx, transitioned)
}

const answers: readonly OrderEvent[] = ['ANSWER_CANCELLATION', 'ANSWER_EXTENSION']

const announceChange = (ctx: Context, tx: Transaction, { event, order, how, actorId }: Transitioned) =>
  ctx.publish(tx, events.orderChanged, {
    ...facts(order),
    what: event,
    actorId,
    state: order.state,
    accepted: answers.includes(event) ? how.accept === true : null,
  })

const announceResolution = (ctx: Context, tx: Transaction, { order }: Transitioned) =>
  ctx.publish(tx, events.orderResolved, {
    ...facts(order),
    toSeller: money(order, order.dispute?.toSellerMinor ?? 0),
    toBuyer: money(order, order.dispute?.toBuyerMinor ?? 0),
  })

const announceMilestones = async (ctx: Context, tx: Transaction, { event, before, order }: Transitioned) => {
  const stateBefore = new Map(before.milestones.map(({ id, state }) => [id, state]))
  const told = (milestone: Milestone) => {
    const { orderId, buyerId, sellerId } = facts(order)
    return { orderId, milestoneId: milestone.id, buyerId, sellerId, amount: money(order, restMinor(milestone)) }
  }
  for (const milestone of order.milestones) {
    const changed = stateBefore.get(milestone.id) !== milestone.state
    if (changed && event === 'PAY' && milestone.state === 'FUNDED')
      await ctx.publish(tx, events.milestoneFunded, told(milestone))
    if (changed && event === 'ACCEPT_MILESTONE' && milestone.state === 'RELEASED')
      await ctx.publish(tx, events.milestoneReleased, told(milestone))
  }
}
