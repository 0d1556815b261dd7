import { onOrderCompleted, onOrderPlaced, onReviewHidden, onReviewPublished, onReviewRestored } from './on-feedback.ts'
import { onFreelancerLevelChanged, onProfileUpdated } from './on-profiles.ts'
import { onUserDeleted, onUserEmailVerified, onUserReinstated, onUserRoleChanged, onUserSuspended } from './on-users.ts'

/** What this service reacts to; `routes` of @gigraph/shared/events says so to the publishers. */
export const handlers = [
  onUserEmailVerified,
  onUserRoleChanged,
  onUserSuspended,
  onUserReinstated,
  onUserDeleted,
  onProfileUpdated,
  onFreelancerLevelChanged,
  onOrderPlaced,
  onOrderCompleted,
  onReviewPublished,
  onReviewHidden,
  onReviewRestored,
]
