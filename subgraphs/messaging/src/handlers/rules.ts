import { userRegistered } from '@gigraph/identity/events'
import { clientRejected, clientVerified, freelancerLevelChanged } from '@gigraph/profiles/events'
import { reviewPublished, reviewReminderDue } from '@gigraph/reviews/events'
import { ticketResolved } from '../events.ts'
import { marketRules } from './market-rules.ts'
import { orderRules } from './order-rules.ts'
import { paymentRules } from './payment-rules.ts'
import { rule } from './rule.ts'

/** Levels of freelancers as people read them. */
const levels = { NEW: 'New', RISING: 'Rising', ESTABLISHED: 'Established', TOP: 'Top' } as const

/** Which event tells whom what: the one table of notifications. */
export const rules = [
  ...orderRules,
  ...marketRules,
  ...paymentRules,
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
      body: `Your level is now ${levels[to]}.`,
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
