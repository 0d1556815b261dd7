import { event } from '@gigraph/shared/events'
import { z } from 'zod'

const id = z.uuid()

/** Ids, never the text. */
export const messageSent = event('message.sent', 1, {
  messageId: id,
  conversationId: id,
  senderId: id,
  recipientIds: z.array(id),
  /** Seconds since the other side's last message, when this answers it; for response times. */
  answeredAfterSeconds: z.number().nullable(),
})
export const conversationStarted = event('conversation.started', 1, {
  conversationId: id,
  starterId: id,
  participantIds: z.array(id),
})
export const ticketOpened = event('ticket.opened', 1, { ticketId: id, userId: id, topic: z.string() })
export const ticketResolved = event('ticket.resolved', 1, { ticketId: id, userId: id })
export const userBlocked = event('user.blocked', 1, { blockerId: id, blockedId: id })
