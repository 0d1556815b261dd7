import { event } from '@gigraph/shared/events'
import { z } from 'zod'

const id = z.uuid()
const review = { reviewId: id, orderId: id, gigId: id.nullable(), reviewerId: id, revieweeId: id }

/** One side has written; says nothing of the content, and nobody but its author may learn of it. */
export const reviewSubmitted = event('review.submitted', 1, review)
/** The gig's numbers after what is told; null when the order was not of a gig. */
const gigRating = z.object({ count: z.int(), sum: z.int() }).nullable()
/** What others may know of it. The author is null once their account was deleted: the review stays and counts. */
const shown = { ...review, reviewerId: id.nullable(), gigRating }
/** `of`: the role of the one who is reviewed. */
const rated = { ...shown, of: z.enum(['SELLER', 'BUYER']), rating: z.int().min(1).max(5) }
/** Visible to all from now on. */
export const reviewPublished = event('review.published', 1, rated)
/** Taken out of sight by staff: it counts for nothing. */
export const reviewHidden = event('review.hidden', 1, shown)
/** Put back into sight by staff: it counts again. */
export const reviewRestored = event('review.restored', 1, rated)
/** A window is open and nothing was written yet: to remind. */
export const reviewReminderDue = event('review.reminder_due', 1, {
  orderId: id,
  userId: id,
  closesAt: z.iso.datetime(),
})
