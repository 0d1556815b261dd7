import { fail, ok, type Result } from '@gigraph/shared/errors'
import type { GigStatus } from './gig.ts'

/** What may be done with a gig, by its owner or by staff. */
export type GigAction = 'update' | 'submit' | 'pause' | 'resume' | 'archive' | 'approve' | 'reject' | 'suspend'

/** The status that each action leads to, by the status it starts from. What is absent is not possible. */
export const gigTransitions: Readonly<Record<GigStatus, Partial<Record<GigAction, GigStatus>>>> = {
  DRAFT: { update: 'DRAFT', submit: 'PENDING_REVIEW', archive: 'ARCHIVED' },
  PENDING_REVIEW: { approve: 'ACTIVE', reject: 'DRAFT', archive: 'ARCHIVED' },
  ACTIVE: {
    update: 'ACTIVE',
    pause: 'PAUSED',
    archive: 'ARCHIVED',
    suspend: 'REMOVED',
    approve: 'ACTIVE',
    reject: 'ACTIVE',
  },
  PAUSED: {
    update: 'PAUSED',
    resume: 'ACTIVE',
    archive: 'ARCHIVED',
    suspend: 'REMOVED',
    approve: 'PAUSED',
    reject: 'PAUSED',
  },
  REMOVED: { approve: 'ACTIVE' },
  ARCHIVED: {},
}

const STAFFS: readonly string[] = ['approve', 'reject', 'suspend']

/** Of the actions that are possible those of the same side: the owner's, or the staff's. */
export const ofSameSide = (possible: object, action: string): string[] =>
  Object.keys(possible).filter((each) => STAFFS.includes(each) === STAFFS.includes(action))

/** The status after the action, or INVALID_STATE with what the same side can do now. */
export const nextStatus = (status: GigStatus, action: GigAction): Result<GigStatus> => {
  const next = gigTransitions[status][action]
  if (next) return ok(next)
  return fail('INVALID_STATE', `This gig is ${status.toLowerCase().replace('_', ' ')}; that is not possible now.`, {
    allowed: ofSameSide(gigTransitions[status], action),
  })
}
