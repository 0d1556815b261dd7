import { createAuthorize, hasScope, type Viewer } from '@gigraph/shared/auth'
import { isVisible, type ReviewRow } from './review/review.ts'

/** Who may do what with reviews. What is not published is its author's alone: nobody else may learn that it exists. */
const policies = {
  'review:see': (viewer: Viewer, review: ReviewRow) =>
    isVisible(review) || viewer.id === review.reviewerId || hasScope(viewer, 'content:moderate'),
  'review:update': (viewer: Viewer, review: ReviewRow) => viewer.id === review.reviewerId,
  'review:reply': (viewer: Viewer, review: ReviewRow) => viewer.id === review.revieweeId && isVisible(review),
  'review:report': (viewer: Viewer, review: ReviewRow) => viewer.id !== review.reviewerId && isVisible(review),
  'review:moderate': (viewer: Viewer) => hasScope(viewer, 'content:moderate'),
}

export const authorize = createAuthorize(policies)

/** Whether the viewer, logged in or not, may read the review. */
export const maySee = (viewer: Viewer | null, review: ReviewRow): boolean =>
  viewer ? policies['review:see'](viewer, review) : isVisible(review)
