import { milestoneReleased } from '@gigraph/orders/events'
import {
  balanceReleased,
  earningsReleased,
  paymentDisputed,
  paymentFailed,
  paymentRefunded,
  paymentSucceeded,
  payoutFailed,
  payoutPaid,
  payoutRequested,
  pointsCredited,
  pointsDebited,
} from '@gigraph/payments/events'
import { formatMoney } from '@gigraph/shared/money'
import { rule } from './rule.ts'

/** Why points came, as payments says it. What is not here, staff have written for people. */
const pointWords = new Map([
  ['BOUGHT', 'you bought them'],
  ['TOOL_USAGE_REFUNDED', 'a tool that you used has failed, and costs nothing'],
])

/** Who is told what of money. */
export const paymentRules = [
  rule(paymentSucceeded, ({ buyerId, orderId, amount }) => [
    {
      userId: buyerId,
      category: 'PAYMENTS',
      title: 'Payment received',
      body: `${formatMoney(amount)} is held safely until the work is done.`,
      link: `/orders/${orderId}`,
      orderId,
    },
  ]),
  rule(paymentFailed, ({ buyerId, orderId, amount, reason }) => [
    {
      userId: buyerId,
      category: 'PAYMENTS',
      title: 'Payment failed',
      body: `${formatMoney(amount)} could not be paid: ${reason}`,
      link: `/orders/${orderId}`,
      orderId,
    },
  ]),
  rule(paymentRefunded, ({ buyerId, orderId, refunded }) => [
    {
      userId: buyerId,
      category: 'PAYMENTS',
      title: 'Refund on its way',
      body: `${formatMoney(refunded)} goes back to you.`,
      link: `/orders/${orderId}`,
      orderId,
    },
  ]),
  rule(paymentDisputed, ({ sellerId, orderId, amount }) => [
    {
      userId: sellerId,
      category: 'PAYMENTS',
      title: 'A payment is disputed',
      body: `The buyer's bank disputes ${formatMoney(amount)}. We answer it; keep proof of your work.`,
      link: `/orders/${orderId}`,
      orderId,
    },
  ]),
  rule(milestoneReleased, ({ sellerId, orderId, amount }) => [
    {
      userId: sellerId,
      category: 'PAYMENTS',
      title: 'A milestone is paid',
      body: `${formatMoney(amount)} was released to you.`,
      link: `/orders/${orderId}`,
      orderId,
    },
  ]),
  rule(earningsReleased, ({ sellerId, orderId, net }) => [
    {
      userId: sellerId,
      category: 'PAYMENTS',
      title: 'You have earned',
      body: `${formatMoney(net)} is yours and becomes available after clearance.`,
      link: '/wallet',
      orderId,
    },
  ]),
  rule(balanceReleased, ({ sellerId, amount }) => [
    {
      userId: sellerId,
      category: 'PAYMENTS',
      title: 'Earnings available',
      body: `${formatMoney(amount)} can be paid out now.`,
      link: '/wallet',
    },
  ]),
  rule(payoutPaid, ({ userId, amount }) => [
    {
      userId,
      category: 'PAYMENTS',
      title: 'Payout sent',
      body: `${formatMoney(amount)} is on its way to your bank.`,
      link: '/wallet',
    },
  ]),
  rule(payoutFailed, ({ userId, amount, reason }) => [
    {
      userId,
      category: 'PAYMENTS',
      title: 'Payout failed',
      body: `${formatMoney(amount)} is back in your balance: ${reason}`,
      link: '/wallet',
    },
  ]),
  rule(payoutRequested, ({ userId, amount }) => [
    {
      userId,
      category: 'PAYMENTS',
      title: 'Payout requested',
      body: `${formatMoney(amount)} will be sent to your bank. If it was not you, change your password and tell our support.`,
      link: '/wallet',
    },
  ]),
  rule(pointsCredited, ({ userId, points, reason }) => [
    {
      userId,
      category: 'PAYMENTS',
      title: 'You have more points',
      body: `${points} points were added to yours: ${pointWords.get(reason) ?? reason}.`,
      link: '/points',
    },
  ]),
  // What using a tool costs is shown where it is used, and would be told at every use.
  rule(pointsDebited, ({ userId, points, reason }) =>
    reason === 'TOOL_USED'
      ? []
      : [
          {
            userId,
            category: 'PAYMENTS',
            title: 'You have fewer points',
            body: `${points} points were taken from yours: ${reason}.`,
            link: '/points',
          },
        ],
  ),
]
