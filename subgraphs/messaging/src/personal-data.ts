import { rowsOf } from '@gigraph/shared/personal-data'
import { eq, inArray, sql } from 'drizzle-orm'
import {
  attachments,
  blocks,
  conversations,
  messageReports,
  messages,
  notificationPreferences,
  notifications,
  participants,
  people,
  reactions,
  tickets,
  webhookDeliveries,
  webhookEndpoints,
} from './tables.ts'

/** What messaging knows of a person, for the export of their data: what they wrote, not what was written to them. */
export const personalData = [
  rowsOf({ name: 'settings', table: people, of: (userId) => eq(people.userId, userId), key: people.userId }),
  rowsOf({
    name: 'notificationPreferences',
    table: notificationPreferences,
    of: (userId) => eq(notificationPreferences.userId, userId),
    key: sql`${notificationPreferences.category} || ' ' || ${notificationPreferences.channel}`,
  }),
  rowsOf({
    name: 'conversations',
    table: conversations,
    of: (userId, db) =>
      inArray(
        conversations.id,
        db.select({ id: participants.conversationId }).from(participants).where(eq(participants.userId, userId)),
      ),
  }),
  rowsOf({
    name: 'participations',
    table: participants,
    of: (userId) => eq(participants.userId, userId),
    key: participants.conversationId,
  }),
  rowsOf({ name: 'messages', table: messages, of: (userId) => eq(messages.senderId, userId) }),
  rowsOf({
    name: 'attachments',
    table: attachments,
    of: (userId, db) =>
      inArray(
        attachments.messageId,
        db.select({ id: messages.id }).from(messages).where(eq(messages.senderId, userId)),
      ),
    key: attachments.uploadId,
  }),
  rowsOf({
    name: 'reactions',
    table: reactions,
    of: (userId) => eq(reactions.userId, userId),
    key: sql`${reactions.messageId}::text || ' ' || ${reactions.emoji}`,
  }),
  rowsOf({ name: 'notifications', table: notifications, of: (userId) => eq(notifications.userId, userId) }),
  rowsOf({ name: 'webhookEndpoints', table: webhookEndpoints, of: (userId) => eq(webhookEndpoints.userId, userId) }),
  rowsOf({
    name: 'webhookDeliveries',
    table: webhookDeliveries,
    of: (userId, db) =>
      inArray(
        webhookDeliveries.endpointId,
        db.select({ id: webhookEndpoints.id }).from(webhookEndpoints).where(eq(webhookEndpoints.userId, userId)),
      ),
    omit: ['claimId', 'claimedUntil'],
  }),
  rowsOf({ name: 'tickets', table: tickets, of: (userId) => eq(tickets.userId, userId), omit: ['assigneeId'] }),
  rowsOf({
    name: 'reports',
    table: messageReports,
    of: (userId) => eq(messageReports.reporterId, userId),
    omit: ['body', 'resolvedBy'],
  }),
  rowsOf({ name: 'blocks', table: blocks, of: (userId) => eq(blocks.blockerId, userId), key: blocks.blockedId }),
]
