import { userRegistered } from '@gigraph/identity/events'
import {
  jobExpired,
  jobFilled,
  listingModerated,
  offerDeclined,
  offerSent,
  proposalAccepted,
  proposalDeclined,
  proposalSubmitted,
} from '@gigraph/marketplace/events'
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
} from '@gigraph/payments/events'
import { clientRejected, clientVerified, freelancerLevelChanged } from '@gigraph/profiles/events'
import { reviewPublished, reviewReminderDue } from '@gigraph/reviews/events'
import { formatMoney } from '@gigraph/shared/money'
import { ticketResolved } from '../events.ts'
import { orderRules } from './order-rules.ts'
import { rule } from './rule.ts'

const words = { APPROVED: 'approved', REJECTED: 'rejected', SUSPENDED: 'suspended' } as const
const places = { GIG: 'gigs', JOB: 'jobs', TOOL: 'tools' } as const

/** Which event tells whom what: the one table of notifications. */
export const rules = [
  ...orderRules,

  rule(userRegistered, ({ userId, displayName }) => [
    {
      userId,
      category: 'MARKETING',
      title: `Welcome to Gigraph, ${displayName}`,
      body: 'Complete your profile so that others know with whom they work.',
      link: '/settings/profile',
      // Identity's mail with the link that verifies the address is welcome enough.
      mailed: false,
    },
  ]),
  rule(freelancerLevelChanged, ({ userId, to }) => [
    {
      userId,
      category: 'ORDERS',
      title: 'Your level has changed',
      body: `Your level is now ${to}.`,
      link: '/settings/profile',
    },
  ]),
  rule(clientVerified, ({ userId }) => [
    {
      userId,
      category: 'ORDERS',
      title: 'Your company is verified',
      body: 'Freelancers see it on your profile.',
      link: '/settings/profile',
    },
  ]),
  rule(clientRejected, ({ userId, reason }) => [
    {
      userId,
      category: 'ORDERS',
      title: 'Your company could not be verified',
      body: reason,
      link: '/settings/profile',
    },
  ]),

  rule(proposalSubmitted, ({ clientId, jobId, jobTitle }) => [
    {
      userId: clientId,
      category: 'ORDERS',
      title: 'A new proposal',
      body: `Somebody proposes to do “${jobTitle}”.`,
      link: `/jobs/${jobId}/proposals`,
    },
  ]),
  rule(proposalAccepted, ({ freelancerId, jobId, jobTitle }) => [
    {
      userId: freelancerId,
      category: 'ORDERS',
      title: 'Your proposal was accepted',
      body: `You were chosen for “${jobTitle}”.`,
      link: `/jobs/${jobId}`,
    },
  ]),
  rule(proposalDeclined, ({ freelancerId, jobId, jobTitle }) => [
    {
      userId: freelancerId,
      category: 'ORDERS',
      title: 'Your proposal was declined',
      body: `“${jobTitle}” goes to somebody else.`,
      link: `/jobs/${jobId}`,
    },
  ]),
  rule(jobFilled, ({ clientId, jobId, title }) => [
    {
      userId: clientId,
      category: 'ORDERS',
      title: 'Your job is filled',
      body: `You found somebody for “${title}”.`,
      link: `/jobs/${jobId}`,
      mailed: false,
    },
  ]),
  rule(jobExpired, ({ clientId, jobId, title }) => [
    {
      userId: clientId,
      category: 'ORDERS',
      title: 'Your job has expired',
      body: `Nobody was chosen for “${title}” in time. You can post it again.`,
      link: `/jobs/${jobId}`,
    },
  ]),
  rule(offerSent, ({ clientId, offerId, title }) => [
    {
      userId: clientId,
      category: 'ORDERS',
      title: 'An offer for you',
      body: `You got an offer: “${title}”.`,
      link: `/offers/${offerId}`,
    },
  ]),
  rule(offerDeclined, ({ freelancerId, offerId, title }) => [
    {
      userId: freelancerId,
      category: 'ORDERS',
      title: 'Your offer was declined',
      body: `“${title}” was declined.`,
      link: `/offers/${offerId}`,
    },
  ]),
  rule(listingModerated, ({ ownerId, listingId, kind, title, decision, reason }) => [
    {
      userId: ownerId,
      category: 'ORDERS',
      title: `“${title}” was ${words[decision]}`,
      body: reason ?? `Our staff has ${words[decision]} it.`,
      link: `/${places[kind]}/${listingId}`,
    },
  ]),

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

  rule(reviewPublished, ({ revieweeId, orderId, rating }) => [
    {
      userId: revieweeId,
      category: 'REVIEWS',
      title: 'You have a new review',
      body: `You got ${rating} of 5 stars.`,
      link: `/orders/${orderId}`,
      orderId,
    },
  ]),
  rule(reviewReminderDue, ({ userId, orderId, closesAt }) => [
    {
      userId,
      category: 'REVIEWS',
      title: 'How was it?',
      body: `You can review this order until ${closesAt.slice(0, 10)}.`,
      link: `/orders/${orderId}`,
      orderId,
    },
  ]),
  rule(ticketResolved, ({ userId, ticketId }) => [
    {
      userId,
      category: 'MESSAGES',
      title: 'Your question is answered',
      body: 'Our support has resolved your ticket. Write again to reopen it.',
      link: `/support/${ticketId}`,
    },
  ]),
]
