import type { Database, Transaction } from '@gigraph/shared/database'
import { type Failure, fail, ok, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { type ConversationKind, endsWithBlock } from '../conversation/conversation.ts'
import type { Talk } from '../conversation/find-conversation.ts'
import { isBlockBetween } from '../people/block-store.ts'
import { seen } from '../people/people-store.ts'
import { appendMessage } from './append-message.ts'
import { insertAttachments, isAnyAttached } from './attachment-store.ts'
import { attachmentsField } from './claim-attachments.ts'
import { detailsOf } from './detect-contact-details.ts'
import { guardMessageRate } from './limits.ts'
import type { MessageRow } from './message.ts'
import { findOptionalMessage, findOptionalRetried } from './message-store.ts'

interface Written {
  readonly body: string
  readonly replyToId?: string | null | undefined
  readonly clientMessageId?: string | null | undefined
  /** Claimed: see {@link claimAttachments}. */
  readonly attachmentIds?: readonly string[]
}

/** Why these people cannot write to each other; null when they can. */
export const refuseWriting = async (
  tx: Database | Transaction,
  kind: ConversationKind,
  userIds: readonly string[],
): Promise<Failure | null> => {
  if (kind !== 'TICKET' && userIds.length < 2)
    return fail('NOT_AVAILABLE', 'The other account is deleted; nobody would read it.')
  return refuseBlocked(tx, kind, userIds)
}

/** Why nothing reaches these people from each other here; null when it does. */
export const refuseBlocked = async (
  db: Database | Transaction,
  kind: ConversationKind,
  userIds: readonly string[],
): Promise<Failure | null> =>
  endsWithBlock(kind) && (await isBlockBetween(db, userIds))
    ? fail('NOT_ALLOWED', 'You cannot write to each other here: one of you has blocked the other.')
    : null

/** Before writing: the message that a retry finds, or why there will be none; null when there is nothing in the way. */
export const answerBefore = async (
  tx: Transaction,
  { conversation, participants, self }: Talk,
  { replyToId, clientMessageId }: Pick<Written, 'replyToId' | 'clientMessageId'>,
): Promise<Result<MessageRow> | null> => {
  const place = { conversationId: conversation.id, senderId: self.userId }
  const retried = clientMessageId ? await findOptionalRetried(tx, { ...place, clientMessageId }) : null
  if (retried) return ok(retried)

  const refusal = await refuseWriting(
    tx,
    conversation.kind,
    participants.map(({ userId }) => userId),
  )
  if (refusal) return refusal
  const answered = replyToId ? await findOptionalMessage(tx, replyToId) : null
  return replyToId && answered?.conversationId !== conversation.id
    ? fail('VALIDATION', 'This message is not in the conversation.', { field: ['input', 'replyToId'] })
    : null
}

/** Writes what a participant says into a locked conversation; a retry answers what stands there already. */
export const writeMessage = async (
  ctx: Context,
  tx: Transaction,
  talk: Talk,
  written: Written,
): Promise<Result<MessageRow>> => {
  const answer = await answerBefore(tx, talk, written)
  if (answer) return answer
  const { conversation, participants, self } = talk
  const { body, replyToId, clientMessageId, attachmentIds = [] } = written
  await guardMessageRate(ctx, tx, self.userId)
  // Deleting one message would take its files from the other.
  if (await isAnyAttached(tx, attachmentIds))
    return fail('VALIDATION', 'One of these files stands in another message; upload it again to send it again.', {
      field: attachmentsField,
    })
  await seen(tx, self.userId, ctx.clock.now())
  const message = await appendMessage(ctx, tx, {
    conversation,
    participants,
    kind: 'TEXT',
    senderId: self.userId,
    body,
    replyToId: replyToId ?? null,
    clientMessageId: clientMessageId ?? null,
    contactDetails: await detailsOf(tx, conversation, body),
  })
  await insertAttachments(tx, message.id, attachmentIds)
  return ok(message)
}
