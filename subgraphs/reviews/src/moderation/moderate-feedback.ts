import { noteAct } from '@gigraph/shared/audit'
import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { fail, forbidden, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { countOne } from '../summary/count-reviews.ts'
import { type FeedbackRow, findFeedbackForUpdate, saveHidden } from '../tool-feedback/tool-feedback-store.ts'
import { decisionReason } from './reason.ts'

const decisionInput = z.object({ feedbackId: z.uuid({ error: 'This is no feedback.' }), reason: decisionReason })

interface Decision {
  readonly tx: Transaction
  readonly feedback: FeedbackRow
  readonly reason: string
}

/** What every decision about feedback begins with: who may decide, which feedback, and why. Nobody decides about their own. */
const decide = async (
  ctx: Context,
  input: unknown,
  run: (decision: Decision) => Promise<Result<FeedbackRow>>,
): Promise<Result<FeedbackRow>> => {
  const viewer = requireViewer(ctx)
  requireScope(viewer, 'content:moderate')
  const parsed = parseInput(decisionInput, input)
  if (!parsed.ok) return parsed
  const { feedbackId, reason } = parsed.value
  return transaction(ctx.db, async (tx) => {
    const feedback = await findFeedbackForUpdate(tx, feedbackId)
    if (feedback.userId === viewer.id) throw forbidden('This is your own: a colleague decides about it.')
    return run({ tx, feedback, reason })
  })
}

const note = (
  ctx: Context,
  action: 'TOOL_FEEDBACK_HIDDEN' | 'TOOL_FEEDBACK_RESTORED',
  { tx, feedback: { id, userId }, reason }: Decision,
) => {
  const [before, after] = [
    { hidden: action === 'TOOL_FEEDBACK_RESTORED' },
    { hidden: action === 'TOOL_FEEDBACK_HIDDEN' },
  ]
  return noteAct(ctx, tx, { action, subjectId: userId, object: { kind: 'TOOL_FEEDBACK', id }, reason, before, after })
}

/** Takes feedback out of sight and out of the tool's rating; its author may still change it, which brings nothing back. */
export const hideToolFeedback = (ctx: Context, input: unknown): Promise<Result<FeedbackRow>> =>
  decide(ctx, input, async (decision) => {
    const { tx, feedback, reason } = decision
    if (feedback.hiddenAt)
      return fail('INVALID_STATE', 'The feedback is hidden already.', { allowed: ['restoreToolFeedback'] })
    await countOne(tx, 'TOOL', feedback.toolId, { rating: feedback.rating, aspects: {} }, -1)
    await note(ctx, 'TOOL_FEEDBACK_HIDDEN', decision)
    return ok(await saveHidden(tx, feedback.id, { hiddenAt: ctx.clock.now(), hiddenReason: reason }))
  })

/** Puts hidden feedback back into sight and into the rating. */
export const restoreToolFeedback = (ctx: Context, input: unknown): Promise<Result<FeedbackRow>> =>
  decide(ctx, input, async (decision) => {
    const { tx, feedback } = decision
    if (!feedback.hiddenAt)
      return fail('INVALID_STATE', 'The feedback is not hidden.', { allowed: ['hideToolFeedback'] })
    await countOne(tx, 'TOOL', feedback.toolId, { rating: feedback.rating, aspects: {} }, 1)
    await note(ctx, 'TOOL_FEEDBACK_RESTORED', decision)
    return ok(await saveHidden(tx, feedback.id, { hiddenAt: null, hiddenReason: null }))
  })
