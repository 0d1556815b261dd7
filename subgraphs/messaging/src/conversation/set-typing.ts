import { requireViewer } from '@gigraph/shared/auth'
import { ok, parseInput, type Result } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { type ConversationSignal, conversationTopic } from '../live/topics.ts'
import { conversationId } from '../message/message-input.ts'
import { refuseBlocked } from '../message/write-message.ts'
import { seen } from '../people/people-store.ts'
import { authorize } from '../policy.ts'
import type { ConversationRow } from './conversation.ts'
import { participantsByConversation } from './conversation-store.ts'
import { findVisibleConversation } from './find-conversation.ts'

/** Tells those who look at the conversation that the viewer is writing; nothing of it is kept. */
export const setTyping = async (ctx: Context, input: unknown): Promise<Result<ConversationRow>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(z.object({ conversationId }), input)
  if (!parsed.ok) return parsed
  const conversation = await findVisibleConversation(ctx, parsed.value.conversationId)
  const participants = (await load(ctx, participantsByConversation, conversation.id)) ?? []
  authorize(viewer, 'conversation:write', { conversation, participants })
  const refusal = await refuseBlocked(
    ctx.db,
    conversation.kind,
    participants.map(({ userId }) => userId),
  )
  if (refusal) return refusal
  await seen(ctx.db, viewer.id, ctx.clock.now())
  const signal: ConversationSignal = {
    kind: 'TYPING',
    conversationId: conversation.id,
    messageId: null,
    userId: viewer.id,
    sequence: null,
  }
  await ctx.pubsub.publish(conversationTopic(conversation.id), signal)
  return ok(conversation)
}
