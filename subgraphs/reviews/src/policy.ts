import { createAuthorize, hasScope, type Viewer } from '@gigraph/shared/auth'
import { isVisible, type ReviewRow } from './review/review.ts'

/** Staff who moderate, of orders between others: what concerns oneself is for a colleague. */
const moderates = (viewer: Viewer, { reviewerId, revieweeId }: ReviewRow) =>
  hasScope(viewer, 'content:moderate') && viewer.id !== reviewerId && viewer.id !== revieweeId

/** Who may do what with reviews. What is not published is its author's alone: nobody else may learn that it exists. */
const policies = {
  'review:see': (viewer: Viewer, review: ReviewRow) =>
    isVisible(review) || viewer.id === review.reviewerId || moderates(viewer, review),
  'review:update': (viewer: Viewer, review: ReviewRow) => viewer.id === review.reviewerId,
  'review:reply': (viewer: Viewer, review: ReviewRow) => viewer.id === review.revieweeId && isVisible(review),
  'review:report': (viewer: Viewer, review: ReviewRow) => viewer.id !== review.reviewerId && isVisible(review),
  'review:moderate': moderates,
}

export const authorize = createAuthorize(policies)

/** Whether the viewer may read what only the author and the staff may: the note to them, what they decided. */
export const isInsider = (viewer: Viewer | null, review: ReviewRow): boolean =>
  viewer !== null && (viewer.id === review.reviewerId || moderates(viewer, review))

/** Whether the viewer may read an answer that staff have hidden: who wrote it, and staff. */
export const maySeeHiddenReply = (viewer: Viewer | null, review: ReviewRow): boolean =>
  viewer !== null && (viewer.id === review.revieweeId || moderates(viewer, review))

/** Whether the viewer, logged in or not, may read the review. */
export const maySee = (viewer: Viewer | null, review: ReviewRow): boolean =>
  viewer ? policies['review:see'](viewer, review) : isVisible(review)
