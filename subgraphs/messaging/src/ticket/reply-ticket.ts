import { noteAct } from '@gigraph/shared/audit'
import { requireViewer, type Viewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { addParticipant, findConversationForUpdate, listParticipants } from '../conversation/conversation-store.ts'
import { claimAttachments } from '../message/claim-attachments.ts'
import type { MessageRow } from '../message/message.ts'
import { attachmentIds, clientMessageId, SAY_SOMETHING, saysSomething, text } from '../message/message-input.ts'
import { writeMessage } from '../message/write-message.ts'
import { authorize } from '../policy.ts'
import type { TicketRow } from './ticket.ts'
import { findTicketForUpdate, saveTicket } from './ticket-store.ts'

const replyTicketInput = z
  .object({ ticketId: z.uuid({ error: 'This is no ticket.' }), body: text, clientMessageId, attachmentIds })
  .refine(saysSomething, { error: SAY_SOMETHING, path: ['body'] })

/** Writes into a ticket. Its user's words open it again; support's make it wait for the user. */
export const replyTicket = async (
  ctx: Context,
  input: unknown,
): Promise<Result<{ ticket: TicketRow; message: MessageRow }>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(replyTicketInput, input)
  if (!parsed.ok) return parsed
  if (parsed.value.attachmentIds.length > 0) {
    const open = await transaction(ctx.db, (tx) => findOpenTicket(tx, viewer, parsed.value.ticketId))
    if (!open.ok) return open
    const claimed = await claimAttachments(ctx, parsed.value.attachmentIds)
    if (!claimed.ok) return claimed
  }

  return transaction(ctx.db, async (tx) => {
    const open = await findOpenTicket(tx, viewer, parsed.value.ticketId)
    if (!open.ok) return open
    const ticket = open.value
    const conversation = await findConversationForUpdate(tx, ticket.conversationId)
    const self = await addParticipant(tx, conversation, viewer.id)
    const participants = await listParticipants(tx, conversation.id)
    const written = await writeMessage(ctx, tx, { conversation, participants, self }, parsed.value)
    if (!written.ok) return written
    const changed = await saveTicket(tx, ticket.id, {
      status: viewer.id === ticket.userId ? 'OPEN' : 'PENDING',
      resolvedAt: null,
      updatedAt: ctx.clock.now(),
    })
    // Once, however often the call is repeated; what was written stands in the conversation.
    if (viewer.id !== ticket.userId && written.value.sequence > conversation.lastSequence)
      await noteAct(ctx, tx, {
        ...{ action: 'TICKET_REPLIED', subjectId: ticket.userId, object: { kind: 'TICKET', id: ticket.id } },
        after: { messageId: written.value.id },
      })
    return ok({ ticket: changed, message: written.value })
  })
}

/** A ticket into which the viewer may write, locked. @throws NOT_FOUND for others' */
const findOpenTicket = async (tx: Transaction, viewer: Viewer, id: string): Promise<Result<TicketRow>> => {
  const ticket = await findTicketForUpdate(tx, id)
  authorize(viewer, 'ticket:reply', ticket)
  return ticket.status === 'CLOSED'
    ? fail('INVALID_STATE', 'The ticket is closed; open another one.', { allowed: ['openTicket'] })
    : ok(ticket)
}
