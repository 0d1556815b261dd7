import { participants as participantsOf } from '@gigraph/orders/internal'
import { requireViewer } from '@gigraph/shared/auth'
import { notFound, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { ensureConversation, listParticipants } from '../conversation/conversation-store.ts'
import { ticketOpened } from '../events.ts'
import { allOrNothing } from '../message/all-or-nothing.ts'
import { claimAttachments } from '../message/claim-attachments.ts'
import { guardConversationRate } from '../message/limits.ts'
import { attachmentIds, body } from '../message/message-input.ts'
import { writeMessage } from '../message/write-message.ts'
import type { TicketRow } from './ticket.ts'
import { insertTicket } from './ticket-store.ts'

const openTicketInput = z.object({
  topic: z
    .string()
    .trim()
    .min(3, { error: 'Say in a few words what it is about.' })
    .max(200, { error: 'Write at most 200 characters.' }),
  body,
  orderId: z.uuid({ error: 'This is no order.' }).nullish(),
  attachmentIds,
})

/** Opens a ticket with its conversation and first message. @throws NOT_FOUND for an order of others */
export const openTicket = async (ctx: Context, input: unknown): Promise<Result<TicketRow>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(openTicketInput, input)
  if (!parsed.ok) return parsed
  const { topic, body: text, orderId = null, attachmentIds: files } = parsed.value
  if (orderId) {
    const { buyerId, sellerId } = await ctx.call(participantsOf, { orderId })
    if (viewer.id !== buyerId && viewer.id !== sellerId) throw notFound('Order')
  }
  const claimed = await claimAttachments(ctx, files)
  if (!claimed.ok) return claimed

  return allOrNothing(ctx.db, async (tx) => {
    const id = ctx.makeId()
    const now = ctx.clock.now()
    const { conversation } = await ensureConversation(ctx, tx, {
      kind: 'TICKET',
      subjectId: id,
      title: topic,
      userIds: [viewer.id],
      startedBy: viewer.id,
    })
    await guardConversationRate(ctx, tx, viewer.id)
    const participants = await listParticipants(tx, conversation.id)
    const self = participants.find(({ userId }) => userId === viewer.id)
    if (!self) throw notFound('Conversation')
    const written = await writeMessage(
      ctx,
      tx,
      { conversation, participants, self },
      { body: text, attachmentIds: files },
    )
    if (!written.ok) return written
    const ticket = await insertTicket(tx, {
      id,
      userId: viewer.id,
      conversationId: conversation.id,
      topic,
      orderId,
      status: 'OPEN',
      createdAt: now,
      updatedAt: now,
    })
    await ctx.publish(tx, ticketOpened, { ticketId: id, userId: viewer.id, topic })
    return ok(ticket)
  })
}
