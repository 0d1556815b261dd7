import { event } from '@gigraph/shared/events'
import { z } from 'zod'

const id = z.uuid()
const review = { reviewId: id, orderId: id, gigId: id.nullable(), reviewerId: id, revieweeId: id }

/** One side has written; says nothing of the content, and nobody but its author may learn of it. */
export const reviewSubmitted = event('review.submitted', 1, review)
/** Visible to all from now on. `of`: the role of the one who is reviewed. */
export const reviewPublished = event('review.published', 1, {
  ...review,
  of: z.enum(['SELLER', 'BUYER']),
  rating: z.int().min(1).max(5),
  /** The gig's numbers after this review; null when the order was not of a gig. */
  gigRating: z.object({ count: z.int(), sum: z.int() }).nullable(),
})
export const reviewHidden = event('review.hidden', 1, {
  ...review,
  gigRating: z.object({ count: z.int(), sum: z.int() }).nullable(),
})
/** A window is open and nothing was written yet: to remind. */
export const reviewReminderDue = event('review.reminder_due', 1, {
  orderId: id,
  userId: id,
  closesAt: z.iso.datetime(),
})
