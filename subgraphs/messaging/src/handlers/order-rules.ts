import {
  orderCancelled,
  orderChanged,
  orderCompleted,
  orderDelivered,
  orderDisputed,
  orderExpired,
  orderLate,
  orderPlaced,
  orderResolved,
  orderRevisionRequested,
  orderStarted,
} from '@gigraph/orders/events'
import { formatMoney } from '@gigraph/shared/money'
import type { Notice } from '../notification/notification.ts'
import { meaningOf } from './order-changes.ts'
import type { OrderFacts } from './order-facts.ts'
import { rule } from './rule.ts'

const notice =
  (order: OrderFacts) =>
  (userId: string, title: string, body: string): Notice => ({
    userId,
    category: 'ORDERS',
    title,
    body,
    link: `/orders/${order.orderId}`,
    orderId: order.orderId,
  })

/** Both sides hear the same. */
const both = (order: OrderFacts, title: string, body: string): Notice[] =>
  [order.buyerId, order.sellerId].map((userId) => notice(order)(userId, title, body))

/** What an order's sides are told. Nobody is told what they have just done themselves. */
export const orderRules = [
  rule(orderPlaced, (order) => [
    notice(order)(order.sellerId, 'A new order', `“${order.title}” was ordered. Work begins when it is paid.`),
  ]),
  rule(orderStarted, (order) => [
    notice(order)(
      order.sellerId,
      'Work begins',
      `“${order.title}” is paid. Deliver by ${order.dueAt.slice(0, 16).replace('T', ' ')} UTC.`,
    ),
    notice(order)(order.buyerId, 'Work begins', `The seller works on “${order.title}” now.`),
  ]),
  rule(orderDelivered, (order) => [
    notice(order)(
      order.buyerId,
      'Your order is delivered',
      `Look at “${order.title}” and accept it, or ask for a revision. Without an answer it is accepted in three days.`,
    ),
  ]),
  rule(orderRevisionRequested, (order) => [
    notice(order)(order.sellerId, 'A revision is requested', `The buyer of “${order.title}” asks for changes.`),
  ]),
  rule(orderCompleted, (order) => both(order, 'Order completed', `“${order.title}” is completed. Say how it was.`)),
  rule(orderCancelled, (order) =>
    both(
      order,
      'Order cancelled',
      order.refund.amountMinor > 0
        ? `“${order.title}” is cancelled; ${formatMoney(order.refund)} goes back to the buyer.`
        : `“${order.title}” is cancelled.`,
    ),
  ),
  rule(orderExpired, (order) => both(order, 'Order expired', `“${order.title}” was not paid in time.`)),
  rule(orderDisputed, (order) =>
    both(order, 'Order disputed', `There is a dispute about “${order.title}”. Our staff looks at it.`),
  ),
  rule(orderResolved, (order) =>
    both(
      order,
      'Dispute resolved',
      `“${order.title}”: ${formatMoney(order.toSeller)} to the seller, ${formatMoney(order.toBuyer)} to the buyer.`,
    ),
  ),
  rule(orderLate, (order) => [
    notice(order)(order.sellerId, 'Your delivery is late', `“${order.title}” is past its due time.`),
    notice(order)(order.buyerId, 'Your order is late', `“${order.title}” is past its due time. You may cancel it.`),
  ]),
  rule(orderChanged, (order) => {
    const { buyer, seller } = meaningOf(order) ?? {}
    return [
      ...(buyer ? [notice(order)(order.buyerId, ...buyer)] : []),
      ...(seller ? [notice(order)(order.sellerId, ...seller)] : []),
    ]
  }),
]
