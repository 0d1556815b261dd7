import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { countOne } from '../summary/count-reviews.ts'
import { type FeedbackRow, findOptionalFeedback, lockToolUser, saveFeedback } from './tool-feedback-store.ts'

const submitToolFeedbackInput = z.object({
  toolId: z.uuid({ error: 'This is no tool.' }),
  rating: z.int().min(1, { error: 'Give 1 to 5 stars.' }).max(5, { error: 'Give 1 to 5 stars.' }),
  comment: z.string().trim().max(5_000, { error: 'Write at most 5,000 characters.' }),
})

/** Rates a tool that the viewer has used; a second time replaces the first. */
export const submitToolFeedback = async (ctx: Context, input: unknown): Promise<Result<FeedbackRow>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(submitToolFeedbackInput, input)
  if (!parsed.ok) return parsed
  const { toolId, rating, comment } = parsed.value

  return transaction(ctx.db, async (tx) => {
    if (!(await lockToolUser(tx, toolId, viewer.id)))
      return fail('NOT_ALLOWED', 'Use the tool first; then say what you think of it.')
    const former = await findOptionalFeedback(tx, toolId, viewer.id)
    // What staff have hidden counts for nothing, whatever it says now.
    if (former && !former.hiddenAt) await countOne(tx, 'TOOL', toolId, { rating: former.rating, aspects: {} }, -1)
    if (!former?.hiddenAt) await countOne(tx, 'TOOL', toolId, { rating, aspects: {} }, 1)
    const now = ctx.clock.now()
    const { id = ctx.makeId(), createdAt = now, hiddenAt = null, hiddenReason = null } = former ?? {}
    const written = { id, toolId, userId: viewer.id, rating, comment, createdAt, updatedAt: now }
    return ok(await saveFeedback(tx, { ...written, hiddenAt, hiddenReason }))
  })
}
