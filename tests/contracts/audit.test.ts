import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadSupergraph } from '@gigraph/gateway/supergraph'
import { auditedKinds, staffActions } from '@gigraph/shared/audit'
import { type Role, roles, scopesOf } from '@gigraph/shared/auth'
import { isEnumType } from 'graphql'
import { expect, test } from 'vitest'

const supergraph = loadSupergraph(
  readFileSync(fileURLToPath(new URL('../../gateway/supergraph.graphql', import.meta.url)), 'utf8'),
)

/** Mutations that only staff reach, with what the audit log calls them; identity's own are held by its own test. */
const acts: Readonly<Record<string, readonly (typeof staffActions)[number][]>> = {
  approveListing: ['LISTING_APPROVED'],
  rejectListing: ['LISTING_REJECTED'],
  suspendListing: ['LISTING_SUSPENDED'],
  editListing: ['LISTING_EDITED'],
  dismissReports: ['LISTING_REPORTS_DISMISSED'],
  hideReview: ['REVIEW_HIDDEN'],
  restoreReview: ['REVIEW_RESTORED'],
  dismissReviewReports: ['REVIEW_REPORTS_DISMISSED'],
  hideReviewReply: ['REVIEW_REPLY_HIDDEN'],
  restoreReviewReply: ['REVIEW_REPLY_RESTORED'],
  hideToolFeedback: ['TOOL_FEEDBACK_HIDDEN'],
  restoreToolFeedback: ['TOOL_FEEDBACK_RESTORED'],
  resolveMessageReport: ['MESSAGE_REPORT_DECIDED'],
  sendNotification: ['NOTIFICATION_SENT'],
  assignTicket: ['TICKET_ASSIGNED'],
  setTicketStatus: ['TICKET_STATUS_SET'],
  verifyClient: ['CLIENT_VERIFIED', 'CLIENT_REJECTED'],
  resolveDispute: ['DISPUTE_RESOLVED'],
  retryRefund: ['REFUND_RETRIED'],
  settleRefund: ['REFUND_PAID_ELSEWHERE'],
  adjustPoints: ['POINTS_ADJUSTED'],
  holdPayout: ['PAYOUT_HELD'],
  releasePayout: ['PAYOUT_RELEASED'],
  processPayouts: ['PAYOUTS_PROCESSED'],
}
/** What its owners may do too; an act of staff when staff do it. */
const shared: readonly (typeof staffActions)[number][] = [
  'PAYMENT_REFUNDED',
  'REFUND_REQUEST_DECLINED',
  'TOOL_USAGE_REFUNDED',
  'TICKET_REPLIED',
]
const identitys = ['createAdmin', 'forceLogout', 'inviteStaff', 'reinstateUser', 'setUserRoles', 'suspendUser']

const isStaff = (role: Role) => role === 'ADMIN' || role === 'SUPPORT'
const open = new Set(scopesOf(roles.filter((role) => !isStaff(role))))
const isForStaff = (anyOf: readonly (readonly string[])[]) =>
  anyOf.every((all) => all.some((scope) => !open.has(scope)))

test('every mutation for staff alone has its acts in the audit log, and every act a mutation', () => {
  const forStaff = [...supergraph.accessRules]
    .filter(
      ([place, rules]) =>
        place.startsWith('Mutation.') && rules.some((rule) => rule.kind === 'scopes' && isForStaff(rule.anyOf)),
    )
    .map(([place]) => place.slice('Mutation.'.length))
  expect(forStaff.toSorted()).toEqual([...Object.keys(acts), ...identitys].toSorted())
  expect([...Object.values(acts).flat(), ...shared].toSorted()).toEqual(staffActions.toSorted())
})

test('the graph names what the services tell', () => {
  const valuesOf = (name: string) => {
    const type = supergraph.apiSchema.getType(name)
    return isEnumType(type) ? type.getValues().map((value) => value.name) : []
  }
  expect(valuesOf('AuditAction')).toEqual(expect.arrayContaining([...staffActions]))
  expect(valuesOf('AuditObjectKind').toSorted()).toEqual(auditedKinds.toSorted())
})
