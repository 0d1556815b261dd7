import { createAuthorize, hasScope, requireScopeOfKey, type Viewer } from '@gigraph/shared/auth'
import type { GigStatus } from './gig.ts'

interface Owned {
  readonly sellerId: string
  readonly status: GigStatus
}

const owns = (viewer: Viewer | null, gig: Owned) => viewer?.id === gig.sellerId
const moderates = (viewer: Viewer | null) => hasScope(viewer, 'content:moderate')

/** Whether a gig exists for somebody: drafts, removed and archived ones only for their owner and staff. */
export const seesGig = (viewer: Viewer | null, gig: Owned, sellerInGoodStanding: boolean): boolean =>
  owns(viewer, gig) ||
  moderates(viewer) ||
  (sellerInGoodStanding && (gig.status === 'ACTIVE' || gig.status === 'PAUSED'))

const authorize = createAuthorize({
  'gig:see': (viewer: Viewer, gig: Owned) => seesGig(viewer, gig, true),
  'gig:change': (viewer: Viewer, gig: Owned) => owns(viewer, gig) && viewer.roles.includes('FREELANCER'),
  'gig:moderate': (viewer: Viewer) => moderates(viewer),
})

/** Who may do what with a gig. Another person's gig that nobody else sees is not found; a key changes one with the scope only. */
export const authorizeGig: typeof authorize = (viewer, action, gig) => {
  const allowed = authorize(viewer, action, gig)
  if (action === 'gig:change') requireScopeOfKey(allowed, 'gigs:write')
  return allowed
}
