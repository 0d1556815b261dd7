import { requireViewer } from '@gigraph/shared/auth'
import { notFound, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { conversationStarted } from '../events.ts'
import { allOrNothing } from '../message/all-or-nothing.ts'
import { claimAttachments } from '../message/claim-attachments.ts'
import { guardConversationRate } from '../message/limits.ts'
import type { MessageRow } from '../message/message.ts'
import { attachmentIds, clientMessageId, SAY_SOMETHING, saysSomething, text } from '../message/message-input.ts'
import { refuseWriting, writeMessage } from '../message/write-message.ts'
import type { ConversationRow } from './conversation.ts'
import { ensureConversation, listParticipants } from './conversation-store.ts'
import { findSubject } from './find-subject.ts'

const startConversationInput = z
  .object({
    participantId: z.uuid({ error: 'This is no user.' }).nullish(),
    gigId: z.uuid({ error: 'This is no gig.' }).nullish(),
    jobId: z.uuid({ error: 'This is no job.' }).nullish(),
    proposalId: z.uuid({ error: 'This is no proposal.' }).nullish(),
    orderId: z.uuid({ error: 'This is no order.' }).nullish(),
    message: text,
    clientMessageId,
    attachmentIds,
  })
  .refine(saysSomething, { error: SAY_SOMETHING, path: ['message'] })

interface Started {
  readonly conversation: ConversationRow
  readonly message: MessageRow
}

/** Writes to somebody about something: into the conversation that exists, or into a new one. */
export const startConversation = async (ctx: Context, input: unknown): Promise<Result<Started>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(startConversationInput, input)
  if (!parsed.ok) return parsed
  const subject = await findSubject(ctx, viewer, parsed.value)
  if (!subject.ok) return subject
  const { message, clientMessageId: ownId, attachmentIds: files } = parsed.value
  const refusal = await refuseWriting(ctx.db, subject.value.kind, subject.value.userIds)
  if (refusal) return refusal
  const claimed = await claimAttachments(ctx, files)
  if (!claimed.ok) return claimed

  return allOrNothing(ctx.db, async (tx) => {
    const { conversation, isNew } = await ensureConversation(ctx, tx, { ...subject.value, startedBy: viewer.id })
    if (isNew) await guardConversationRate(ctx, tx, viewer.id)
    const participants = await listParticipants(tx, conversation.id)
    const self = participants.find(({ userId }) => userId === viewer.id)
    if (!self) throw notFound('Conversation')
    const written = await writeMessage(
      ctx,
      tx,
      { conversation, participants, self },
      { body: message, clientMessageId: ownId, attachmentIds: files },
    )
    if (!written.ok) return written
    if (isNew)
      await ctx.publish(tx, conversationStarted, {
        conversationId: conversation.id,
        starterId: viewer.id,
        participantIds: participants.map(({ userId }) => userId),
      })
    const { sequence, createdAt } = written.value
    return ok({
      conversation: {
        ...conversation,
        lastSequence: Math.max(conversation.lastSequence, sequence),
        lastMessageAt: createdAt,
      },
      message: written.value,
    })
  })
}
