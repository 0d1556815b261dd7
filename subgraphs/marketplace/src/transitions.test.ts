import { expect, test } from 'vitest'
import { isOpen, statusOf } from './job/job.ts'
import { statusOf as offerStatusOf } from './offer/offer.ts'
import { nextStatus as nextProposal, type ProposalAction, type ProposalStatus } from './proposal/proposal.ts'
import { jobStatuses, offerStatuses } from './tables.ts'
import { nextStatus as nextTool, type ToolAction, type ToolStatus } from './tool/tool.ts'

const proposals: Record<ProposalStatus, Partial<Record<ProposalAction, ProposalStatus>>> = {
  SUBMITTED: {
    update: 'SUBMITTED',
    withdraw: 'WITHDRAWN',
    shortlist: 'SHORTLISTED',
    decline: 'DECLINED',
    accept: 'ACCEPTED',
  },
  SHORTLISTED: { update: 'SHORTLISTED', withdraw: 'WITHDRAWN', decline: 'DECLINED', accept: 'ACCEPTED' },
  ACCEPTED: {},
  DECLINED: {},
  WITHDRAWN: {},
}
const tools: Record<ToolStatus, Partial<Record<ToolAction, ToolStatus>>> = {
  DRAFT: { update: 'DRAFT', publish: 'ACTIVE' },
  PENDING_REVIEW: { update: 'PENDING_REVIEW', approve: 'ACTIVE', reject: 'DRAFT' },
  ACTIVE: { update: 'ACTIVE', pause: 'PAUSED', suspend: 'REMOVED' },
  PAUSED: { update: 'PAUSED', publish: 'ACTIVE', suspend: 'REMOVED' },
  REMOVED: { approve: 'ACTIVE' },
}

/** Every pair of state and action, with where it leads; undefined: refused. */
const pairsOf = <Status extends string, Action extends string>(
  table: Readonly<Record<Status, Partial<Record<Action, Status>>>>,
  actions: readonly Action[],
) =>
  (Object.keys(table) as Status[]).flatMap((status) =>
    actions.map((action) => [status, action, table[status][action]] as const),
  )

/** What one side does: clients with proposals, staff with tools; the other side does the rest. */
const SIDE = ['shortlist', 'decline', 'accept', 'approve', 'reject', 'suspend']

const outcome = (to: string | undefined, possible: object, action: string) => {
  const allowed = Object.keys(possible).filter((each) => SIDE.includes(each) === SIDE.includes(action))
  return to ? { ok: true, value: to } : { ok: false, errors: [{ code: 'INVALID_STATE', allowed }] }
}

test.each(pairsOf(proposals, ['update', 'withdraw', 'shortlist', 'decline', 'accept']))(
  'a proposal %s: %s',
  (status, action, to) => {
    expect(nextProposal(status, action)).toMatchObject(outcome(to, proposals[status], action))
  },
)

test.each(pairsOf(tools, ['update', 'publish', 'pause', 'approve', 'reject', 'suspend']))(
  'a tool %s: %s',
  (status, action, to) => {
    expect(nextTool(status, action)).toMatchObject(outcome(to, tools[status], action))
  },
)

const [before, now, after] = [1, 2, 3].map((second) => new Date(second * 1_000)) as [Date, Date, Date]

test.each(jobStatuses)('a job %s is open only until its deadline', (status) => {
  expect(isOpen({ status, expiresAt: after }, now)).toBe(status === 'OPEN')
  for (const expiresAt of [before, now]) {
    expect(isOpen({ status, expiresAt }, now)).toBe(false)
    expect(statusOf({ status, expiresAt }, now)).toBe(status === 'OPEN' ? 'EXPIRED' : status)
  }
})

test.each(offerStatuses)('an offer %s holds only until its deadline', (status) => {
  expect(offerStatusOf({ status, expiresAt: after }, now)).toBe(status)
  for (const expiresAt of [before, now])
    expect(offerStatusOf({ status, expiresAt }, now)).toBe(status === 'SENT' ? 'EXPIRED' : status)
})
