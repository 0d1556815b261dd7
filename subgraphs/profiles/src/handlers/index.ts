import {
  onJobClosed,
  onJobExpired,
  onJobFilled,
  onJobPosted,
  onJobUpdated,
  onPaymentRefunded,
  onPaymentSucceeded,
} from './on-business.ts'
import { onMessageSent, onReviewHidden, onReviewPublished, onReviewRestored } from './on-feedback.ts'
import { onOrderCancelled, onOrderCompleted } from './on-orders.ts'
import { onUserDeleted, onUserEmailVerified, onUserRegistered, onUserRoleChanged, onUserUpdated } from './on-users.ts'

/** What this service reacts to; `routes` of @gigraph/shared/events says so to the publishers. */
export const handlers = [
  onUserRegistered,
  onUserEmailVerified,
  onUserUpdated,
  onUserRoleChanged,
  onUserDeleted,
  onOrderCompleted,
  onOrderCancelled,
  onReviewPublished,
  onReviewHidden,
  onReviewRestored,
  onMessageSent,
  onJobPosted,
  onJobUpdated,
  onJobFilled,
  onJobClosed,
  onJobExpired,
  onPaymentSucceeded,
  onPaymentRefunded,
]
