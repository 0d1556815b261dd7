import * as identity from '@gigraph/identity/events'
import * as marketplace from '@gigraph/marketplace/events'
import * as orders from '@gigraph/orders/events'
import * as payments from '@gigraph/payments/events'
import * as profiles from '@gigraph/profiles/events'
import * as reviews from '@gigraph/reviews/events'
import { expect, test } from 'vitest'
import * as messaging from '../src/events.ts'
import { rules } from '../src/handlers/rules.ts'
import { webhookEvents } from '../src/webhook/webhook-events.ts'

/** Events of which nobody gets a notification, and why. */
const untold: Readonly<Record<string, string>> = {
  'user.email_verified': 'the person has just done it',
  'user.logged_in': 'identity mails when the device is new',
  'user.logged_out': 'the person has just done it',
  'user.updated': 'the person has just done it',
  'user.suspended': 'who cannot log in reads a mail of identity',
  'user.deleted': 'there is nobody to tell',
  'session.revoked': 'the person has just done it, or identity mails why',
  'profile.updated': 'the person has just done it',
  'gig.published': 'listing.moderated tells it when staff had to decide',
  'gig.updated': 'the seller has just done it',
  'gig.paused': 'the seller has just done it',
  'gig.removed': 'listing.moderated tells it when staff did it',
  'job.posted': 'the client has just done it',
  'job.updated': 'applicants are told of decisions',
  'tool.published': 'listing.moderated tells it when staff had to decide',
  'tool.paused': 'the creator has just done it',
  'listing.reported': 'staff have a list of reports',
  'milestone.funded': 'order.changed tells it',
  'tool.used': 'would be told at every use; the wallet shows it',
  'message.sent': 'the conversation tells it, once until it is read',
  'conversation.started': 'the first message tells it',
  'ticket.opened': 'support has a list of tickets',
  'user.blocked': 'nobody learns that they are blocked',
  'review.submitted': 'both sides write before either reads',
}

/** Events that no webhook tells, and why; those of accounts are nothing for programs. */
const unspoken: Readonly<Record<string, string>> = {
  ...{ 'profile.updated': 'its owner has just done it', 'freelancer.level_changed': 'the profile shows it' },
  ...{ 'client.verified': 'the profile shows it', 'client.rejected': 'its reason is for people' },
  ...{ 'gig.published': 'its owner has just done it', 'gig.updated': 'its owner has just done it' },
  ...{ 'gig.paused': 'its owner has just done it', 'gig.removed': 'listing.moderated tells it when staff did it' },
  ...{ 'job.posted': 'its owner has just done it', 'job.updated': 'its owner has just done it' },
  ...{ 'job.closed': 'its owner has just done it', 'listing.reported': 'staff have a list of reports' },
  ...{ 'tool.published': 'its owner has just done it', 'tool.paused': 'its owner has just done it' },
  ...{ 'tool.used': 'the API of the tool was called; points.debited tells the user' },
  ...{ 'conversation.started': 'its first message tells it', 'ticket.opened': 'its owner has just done it' },
  ...{ 'ticket.resolved': 'support talks with people', 'user.blocked': 'nobody learns that they are blocked' },
  ...{ 'review.submitted': 'both sides write before either reads', 'review.reminder_due': 'reminds people' },
}

const published = [identity, profiles, marketplace, orders, payments, reviews, messaging].flatMap((events) =>
  Object.values(events).flatMap((each) =>
    typeof each === 'object' && 'name' in each && typeof each.name === 'string' ? [each.name] : [],
  ),
)

test('every event of every service is told to somebody, or there is a reason why not', () => {
  expect(published.length).toBeGreaterThan(60)
  const told = new Set<string>(rules.map(({ event }) => event.name))
  expect(published.filter((name) => !told.has(name) && !untold[name])).toEqual([])
  expect(Object.keys(untold).filter((name) => told.has(name) || !published.includes(name))).toEqual([])
})

test('every event of every service is told by a webhook, or there is a reason why not', () => {
  const told = new Set<string>(Object.values(webhookEvents).map(({ event }) => event.name))
  const ofAccounts = /^(user|session|api_key)\./
  expect(published.filter((name) => !ofAccounts.test(name) && !told.has(name) && !unspoken[name])).toEqual([])
  expect(Object.keys(unspoken).filter((name) => told.has(name) || !published.includes(name))).toEqual([])
})
