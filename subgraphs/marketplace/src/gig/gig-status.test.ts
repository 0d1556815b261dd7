import { expect, test } from 'vitest'
import type { GigStatus } from './gig.ts'
import { type GigAction, gigTransitions, nextStatus } from './gig-status.ts'

const actions: GigAction[] = ['update', 'submit', 'pause', 'resume', 'archive', 'approve', 'reject', 'suspend']
const staffs: GigAction[] = ['approve', 'reject', 'suspend']
const sideOf = (action: GigAction) => actions.filter((each) => staffs.includes(each) === staffs.includes(action))
const possible: Record<GigStatus, Partial<Record<GigAction, GigStatus>>> = {
  DRAFT: { update: 'DRAFT', submit: 'PENDING_REVIEW', archive: 'ARCHIVED' },
  PENDING_REVIEW: { approve: 'ACTIVE', reject: 'DRAFT', archive: 'ARCHIVED' },
  ACTIVE: {
    update: 'ACTIVE',
    pause: 'PAUSED',
    archive: 'ARCHIVED',
    approve: 'ACTIVE',
    reject: 'ACTIVE',
    suspend: 'REMOVED',
  },
  PAUSED: {
    update: 'PAUSED',
    resume: 'ACTIVE',
    archive: 'ARCHIVED',
    approve: 'PAUSED',
    reject: 'PAUSED',
    suspend: 'REMOVED',
  },
  REMOVED: { approve: 'ACTIVE' },
  ARCHIVED: {},
}
const pairs = (Object.keys(possible) as GigStatus[]).flatMap((status) =>
  actions.map((action) => [status, action] as const),
)

test.each(pairs)('%s: %s', (status, action) => {
  const to = possible[status][action]
  const next = nextStatus(status, action)
  if (to) expect(next).toEqual({ ok: true, value: to })
  else
    expect(next).toMatchObject({
      ok: false,
      errors: [{ code: 'INVALID_STATE', allowed: sideOf(action).filter((each) => each in gigTransitions[status]) }],
    })
})
