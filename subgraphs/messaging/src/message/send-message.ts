import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { findOwnConversationForUpdate } from '../conversation/find-conversation.ts'
import type { MessageRow } from './message.ts'
import { body, clientMessageId, conversationId, messageId } from './message-input.ts'
import { writeMessage } from './write-message.ts'

const sendMessageInput = z.object({ conversationId, body, replyToId: messageId.nullish(), clientMessageId })

/** Writes into a conversation of the viewer; the same `clientMessageId` again is the same message. */
export const sendMessage = async (ctx: Context, input: unknown): Promise<Result<MessageRow>> => {
  requireViewer(ctx)
  const parsed = parseInput(sendMessageInput, input)
  if (!parsed.ok) return parsed
  return transaction(ctx.db, async (tx) => {
    const talk = await findOwnConversationForUpdate(ctx, tx, parsed.value.conversationId)
    // A ticket's status follows what is written.
    if (talk.conversation.kind === 'TICKET') return fail('NOT_ALLOWED', 'Write into a ticket with replyTicket.')
    return writeMessage(ctx, tx, talk, parsed.value)
  })
}
