import { z } from 'zod'

const rating = z.int().min(1, { error: 'Give 1 to 5 stars.' }).max(5, { error: 'Give 1 to 5 stars.' })
const comment = z
  .string()
  .trim()
  .min(10, { error: 'Write at least 10 characters.' })
  .max(5_000, { error: 'Write at most 5,000 characters.' })
const privateNote = z.string().trim().max(2_000, { error: 'Write at most 2,000 characters.' })
const aspects = z.array(
  z.object({ aspect: z.enum(['COMMUNICATION', 'QUALITY', 'VALUE', 'WORK_AGAIN', 'CLARITY', 'PROMPTNESS']), rating }),
)

export const submitReviewInput = z.object({
  orderId: z.uuid({ error: 'This is no order.' }),
  rating,
  aspects,
  comment,
  privateNote: privateNote.nullish(),
})

export const updateReviewInput = z.object({
  reviewId: z.uuid({ error: 'This is no review.' }),
  rating: rating.nullish(),
  aspects: aspects.nullish(),
  comment: comment.nullish(),
  privateNote: privateNote.nullish(),
})

export const replyToReviewInput = z.object({
  reviewId: z.uuid({ error: 'This is no review.' }),
  body: z
    .string()
    .trim()
    .min(1, { error: 'Write something.' })
    .max(2_000, { error: 'Write at most 2,000 characters.' }),
})
