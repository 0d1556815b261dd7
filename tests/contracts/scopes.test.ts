import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadSupergraph } from '@gigraph/gateway/supergraph'
import { roles, scopesOf, scopesOfRole } from '@gigraph/shared/auth'
import { expect, test } from 'vitest'

const supergraph = loadSupergraph(
  readFileSync(fileURLToPath(new URL('../../gateway/supergraph.graphql', import.meta.url)), 'utf8'),
)

/**
 * What each scope opens at the gateway, in full: an API key with only this scope passes here and nowhere else that asks for one. The
 * services ask again, and for some scopes only they do; their tables (`authorization.test.ts` of each) try a key with each
 * scope alone, and one with all others.
 */
const opens: Readonly<Record<string, readonly string[]>> = {
  'content:moderate': [
    'Mutation.approveListing',
    'Mutation.dismissReports',
    'Mutation.dismissReviewReports',
    'Mutation.editListing',
    'Mutation.hideReview',
    'Mutation.hideReviewReply',
    'Mutation.hideToolFeedback',
    'Mutation.rejectListing',
    'Mutation.resolveMessageReport',
    'Mutation.restoreReview',
    'Mutation.restoreReviewReply',
    'Mutation.restoreToolFeedback',
    'Mutation.suspendListing',
    'Query.listingDecisions',
    'Query.listingReports',
    'Query.messageReports',
    'Query.moderationQueue',
    'Query.reviewReports',
    'Query.toolModerationQueue',
  ],
  'disputes:resolve': ['Mutation.resolveDispute'],
  'notifications:write': ['Mutation.sendNotification'],
  'orders:read': ['Query.orders'],
  'payments:read': ['Query.chargebacks', 'Query.ledgerCheck', 'Query.refunds', 'Query.transactions'],
  'payouts:request': ['Mutation.requestPayout', 'Mutation.setPayoutSchedule', 'Mutation.startPayoutOnboarding'],
  'payouts:write': ['Mutation.holdPayout', 'Mutation.processPayouts', 'Mutation.releasePayout', 'Query.payouts'],
  'points:write': ['Mutation.adjustPoints'],
  'profiles:verify': ['Mutation.verifyClient', 'Query.clientProfiles', 'Query.verificationQueue'],
  'refunds:write': ['Mutation.retryRefund', 'Mutation.settleRefund'],
  'support:write': ['Mutation.assignTicket', 'Mutation.setTicketStatus', 'Query.tickets'],
  'usage:write': ['Mutation.recordToolUsage'],
  'users:read': ['Query.auditLog', 'Query.users', 'User.account'],
  'users:write': [
    'Mutation.createAdmin',
    'Mutation.forceLogout',
    'Mutation.inviteStaff',
    'Mutation.reinstateUser',
    'Mutation.setUserRoles',
    'Mutation.suspendUser',
  ],
  'webhooks:manage': [
    'Mutation.createWebhookEndpoint',
    'Mutation.deleteWebhookEndpoint',
    'Mutation.redeliverWebhook',
    'Mutation.rotateWebhookSecret',
    'Mutation.sendTestWebhook',
    'Mutation.updateWebhookEndpoint',
    'Viewer.webhookEndpoints',
  ],
  // Asked for by the services alone, beside the role.
  'gigs:write': [],
  'jobs:write': [],
  'orders:place': [],
  'orders:work': [],
  'proposals:write': [],
  'tools:write': [],
}

const passes = (place: string, held: readonly string[]): boolean =>
  (supergraph.accessRules.get(place) ?? []).every(
    (rule) => rule.kind !== 'scopes' || rule.anyOf.some((all) => all.every((scope) => held.includes(scope))),
  )
const guarded = [...supergraph.accessRules]
  .filter(([, rules]) => rules.some(({ kind }) => kind === 'scopes'))
  .map(([place]) => place)

test.each(Object.keys(opens))('a key with only %s opens exactly what the table says', (scope) => {
  expect(guarded.filter((place) => passes(place, [scope])).sort()).toEqual(opens[scope])
})

test('a key without scopes opens none of it', () => {
  expect(guarded.filter((place) => passes(place, []))).toEqual([])
})

test('the table knows every scope that a role has, and no other; every place that asks for one can be opened by somebody', () => {
  expect(Object.keys(opens).sort()).toEqual(scopesOf(roles))
  expect(guarded.filter((place) => !passes(place, Object.values(scopesOfRole).flat()))).toEqual([])
})

test('every scope is asked for somewhere: one that guards nothing is a promise that nobody keeps', () => {
  const tables = ['identity', 'profiles', 'marketplace', 'orders', 'payments', 'messaging', 'reviews']
    .map((name) => readFileSync(new URL(`../../subgraphs/${name}/test/authorization.test.ts`, import.meta.url), 'utf8'))
    .join('\n')
  const idle = scopesOf(roles).filter((scope) => opens[scope]?.length === 0 && !tables.includes(`'${scope}'`))
  expect(idle).toEqual([])
})
