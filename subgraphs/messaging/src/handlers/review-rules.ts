import { reviewHidden, reviewPublished, reviewReminderDue, reviewRestored } from '@gigraph/reviews/events'
import type { Notice } from '../notification/notification.ts'
import { rule } from './rule.ts'

/** What the author of a review is told of it; a deleted one nothing. */
const author = (
  { reviewerId, orderId }: { readonly reviewerId: string | null; readonly orderId: string },
  title: string,
  body: string,
): Notice[] =>
  reviewerId ? [{ userId: reviewerId, category: 'REVIEWS', title, body, link: `/orders/${orderId}`, orderId }] : []

/** Who is told what of reviews. That one side has written is told nobody: both write before either reads. */
export const reviewRules = [
  rule(reviewPublished, ({ revieweeId, orderId, rating }) => [
    {
      userId: revieweeId,
      category: 'REVIEWS',
      title: 'You have a new review',
      body: `You got ${rating} of 5 stars.`,
      link: `/orders/${orderId}`,
      orderId,
    },
  ]),
  rule(reviewReminderDue, ({ userId, orderId, closesAt }) => [
    {
      userId,
      category: 'REVIEWS',
      title: 'How was it?',
      body: `You can review this order until ${closesAt.slice(0, 10)}.`,
      link: `/orders/${orderId}`,
      orderId,
    },
  ]),
  rule(reviewHidden, (review) =>
    author(review, 'Your review was taken down', 'It breaks our rules: nobody sees it, and it counts for nothing.'),
  ),
  rule(reviewRestored, (review) =>
    author(review, 'Your review is shown again', 'Our staff has looked at it once more: it counts as before.'),
  ),
]
