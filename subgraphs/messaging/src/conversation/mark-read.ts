import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { tellConversation } from '../live/topics.ts'
import { conversationId } from '../message/message-input.ts'
import { readMessageNotifications } from '../notification/notification-store.ts'
import { seen } from '../people/people-store.ts'
import type { ConversationRow } from './conversation.ts'
import { saveParticipant } from './conversation-store.ts'
import { findOwnConversationForUpdate } from './find-conversation.ts'

const markReadInput = z.object({
  conversationId,
  sequence: z.int().min(0, { error: 'Numbers of messages begin with 1.' }).nullish(),
})

/** Notes up to where the viewer has read; never goes back, never beyond the last message. */
export const markRead = async (ctx: Context, input: unknown): Promise<Result<ConversationRow>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(markReadInput, input)
  if (!parsed.ok) return parsed

  return transaction(ctx.db, async (tx) => {
    const { conversation, participants, self } = await findOwnConversationForUpdate(
      ctx,
      tx,
      parsed.value.conversationId,
    )
    const now = ctx.clock.now()
    const sequence = Math.min(parsed.value.sequence ?? conversation.lastSequence, conversation.lastSequence)
    await seen(tx, viewer.id, now)
    if (sequence <= self.readSequence) return ok(conversation)
    await saveParticipant(tx, self, { readSequence: sequence, readAt: now })
    if (sequence === conversation.lastSequence) await readMessageNotifications(tx, viewer.id, conversation.id, now)
    tellConversation(
      ctx,
      tx,
      { kind: 'READ', conversationId: conversation.id, messageId: null, userId: viewer.id, sequence },
      participants.map(({ userId }) => userId),
    )
    return ok(conversation)
  })
}
