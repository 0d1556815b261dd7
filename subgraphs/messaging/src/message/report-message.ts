import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { findOwnConversationForUpdate } from '../conversation/find-conversation.ts'
import type { MessageRow } from './message.ts'
import { messageId } from './message-input.ts'
import { findOptionalMessage } from './message-store.ts'
import { insertReport } from './report-store.ts'

const reportMessageInput = z.object({
  messageId,
  reason: z
    .string()
    .trim()
    .min(10, { error: 'Say in at least 10 characters what is wrong.' })
    .max(2_000, { error: 'Write at most 2,000 characters.' }),
})

/** Tells the staff about somebody else's message, with its text as it is now; once per person and message. */
export const reportMessage = async (ctx: Context, input: unknown): Promise<Result<MessageRow>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(reportMessageInput, input)
  if (!parsed.ok) return parsed
  const { messageId: id, reason } = parsed.value

  return transaction(ctx.db, async (tx) => {
    const message = await findOptionalMessage(tx, id)
    if (!message) throw notFound('Message')
    // Locked, so that a decision on another report does not close the conversation to staff meanwhile.
    await findOwnConversationForUpdate(ctx, tx, message.conversationId)
    if (!message.senderId || message.senderId === viewer.id)
      return fail('NOT_ALLOWED', 'Only messages that others wrote can be reported.')
    const filed = await insertReport(tx, {
      id: ctx.makeId(),
      messageId: message.id,
      conversationId: message.conversationId,
      reporterId: viewer.id,
      reason,
      body: message.body,
      createdAt: ctx.clock.now(),
    })
    return filed ? ok(message) : fail('ALREADY_EXISTS', 'You have reported this message; our staff will look at it.')
  })
}
