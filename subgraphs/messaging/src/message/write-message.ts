import type { Transaction } from '@gigraph/shared/database'
import { type Failure, fail, ok, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { type ConversationKind, endsWithBlock } from '../conversation/conversation.ts'
import type { Talk } from '../conversation/find-conversation.ts'
import { isBlockBetween } from '../people/block-store.ts'
import { seen } from '../people/people-store.ts'
import { appendMessage } from './append-message.ts'
import { detailsOf } from './detect-contact-details.ts'
import { guardMessageRate } from './limits.ts'
import type { MessageRow } from './message.ts'
import { findOptionalMessage, findOptionalRetried } from './message-store.ts'

interface Written {
  readonly body: string
  readonly replyToId?: string | null | undefined
  readonly clientMessageId?: string | null | undefined
}

/** Why these people cannot write to each other; null when they can. */
export const refuseWriting = async (
  tx: Transaction,
  kind: ConversationKind,
  userIds: readonly string[],
): Promise<Failure | null> => {
  if (kind !== 'TICKET' && userIds.length < 2)
    return fail('NOT_AVAILABLE', 'The other account is deleted; nobody would read it.')
  if (endsWithBlock(kind) && (await isBlockBetween(tx, userIds)))
    return fail('NOT_ALLOWED', 'You cannot write to each other here: one of you has blocked the other.')
  return null
}

/** Writes what a participant says into a locked conversation; a retry answers what stands there already. */
export const writeMessage = async (
  ctx: Context,
  tx: Transaction,
  { conversation, participants, self }: Talk,
  { body, replyToId, clientMessageId }: Written,
): Promise<Result<MessageRow>> => {
  const place = { conversationId: conversation.id, senderId: self.userId }
  const retried = clientMessageId ? await findOptionalRetried(tx, { ...place, clientMessageId }) : null
  if (retried) return ok(retried)

  const refusal = await refuseWriting(
    tx,
    conversation.kind,
    participants.map(({ userId }) => userId),
  )
  if (refusal) return refusal
  if (replyToId) {
    const answered = await findOptionalMessage(tx, replyToId)
    if (answered?.conversationId !== conversation.id)
      return fail('VALIDATION', 'This message is not in the conversation.', { field: ['input', 'replyToId'] })
  }
  await guardMessageRate(ctx, tx, self.userId)
  await seen(tx, self.userId, ctx.clock.now())
  return ok(
    await appendMessage(ctx, tx, {
      conversation,
      participants,
      kind: 'TEXT',
      senderId: self.userId,
      body,
      replyToId: replyToId ?? null,
      clientMessageId: clientMessageId ?? null,
      contactDetails: await detailsOf(tx, conversation, body),
    }),
  )
}
