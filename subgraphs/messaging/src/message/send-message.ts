import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { findOwnConversationForUpdate } from '../conversation/find-conversation.ts'
import { claimAttachments } from './claim-attachments.ts'
import type { MessageRow } from './message.ts'
import {
  attachmentIds,
  clientMessageId,
  conversationId,
  messageId,
  SAY_SOMETHING,
  saysSomething,
  text,
} from './message-input.ts'
import { answerBefore, writeMessage } from './write-message.ts'

const sendMessageInput = z
  .object({ conversationId, body: text, replyToId: messageId.nullish(), clientMessageId, attachmentIds })
  .refine(saysSomething, { error: SAY_SOMETHING, path: ['body'] })

/** Writes into a conversation of the viewer; the same `clientMessageId` again is the same message. */
export const sendMessage = async (ctx: Context, input: unknown): Promise<Result<MessageRow>> => {
  requireViewer(ctx)
  const parsed = parseInput(sendMessageInput, input)
  if (!parsed.ok) return parsed
  const { conversationId: id, attachmentIds: files } = parsed.value

  if (files.length > 0) {
    const answer = await transaction(ctx.db, async (tx) =>
      answerBefore(tx, await findOwnConversationForUpdate(ctx, tx, id), parsed.value),
    )
    if (answer) return answer
    const claimed = await claimAttachments(ctx, files)
    if (!claimed.ok) return claimed
  }
  return transaction(ctx.db, async (tx) => {
    const talk = await findOwnConversationForUpdate(ctx, tx, id)
    // A ticket's status follows what is written.
    if (talk.conversation.kind === 'TICKET') return fail('NOT_ALLOWED', 'Write into a ticket with replyTicket.')
    return writeMessage(ctx, tx, talk, parsed.value)
  })
}
