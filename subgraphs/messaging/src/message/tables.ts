import { sql } from 'drizzle-orm'
import { index, integer, pgTable, primaryKey, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'
import { conversations } from '../conversation/tables.ts'

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

export const messages = pgTable(
  'messages',
  {
    id: uuid('id').primaryKey(),
    conversationId: uuid('conversation_id')
      .notNull()
      .references(() => conversations.id),
    /** 1, 2, 3 … in the conversation, without gaps. */
    sequence: integer('sequence').notNull(),
    kind: text('kind', { enum: ['TEXT', 'SYSTEM', 'OFFER'] }).notNull(),
    /** Null: the system wrote it, or the author's account was deleted. */
    senderId: uuid('sender_id'),
    body: text('body').notNull(),
    replyToId: uuid('reply_to_id'),
    /** The client's own id of the message: a retry with it is the same message. */
    clientMessageId: text('client_message_id'),
    /** With OFFER: marketplace's custom offer. */
    offerId: uuid('offer_id'),
    /** What the text gives away to meet elsewhere, before there is an order between the two. */
    contactDetails: text('contact_details', { enum: ['EMAIL', 'PHONE', 'MESSENGER', 'LINK'] })
      .array()
      .notNull()
      .default(sql`'{}'`),
    createdAt: instant('created_at').notNull(),
    editedAt: instant('edited_at'),
    /** The text is gone, its place in the conversation stays. */
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    unique('messages_in_order').on(table.conversationId, table.sequence),
    unique('messages_once').on(table.conversationId, table.senderId, table.clientMessageId),
    index('messages_of_sender').on(table.senderId, table.createdAt),
    index('messages_text').using('gin', sql`to_tsvector('simple', ${table.body})`),
  ],
)

export const reactions = pgTable(
  'reactions',
  {
    messageId: uuid('message_id')
      .notNull()
      .references(() => messages.id),
    userId: uuid('user_id').notNull(),
    emoji: text('emoji').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.messageId, table.userId, table.emoji] }),
    index('reactions_of_user').on(table.userId),
  ],
)

export const messageReports = pgTable(
  'message_reports',
  {
    id: uuid('id').primaryKey(),
    messageId: uuid('message_id')
      .notNull()
      .references(() => messages.id),
    conversationId: uuid('conversation_id')
      .notNull()
      .references(() => conversations.id),
    reporterId: uuid('reporter_id').notNull(),
    reason: text('reason').notNull(),
    /** The text as it was reported: its author may edit or delete it afterwards. */
    body: text('body').notNull(),
    createdAt: instant('created_at').notNull(),
    resolvedAt: instant('resolved_at'),
    resolvedBy: uuid('resolved_by'),
  },
  (table) => [
    unique('message_reports_once').on(table.messageId, table.reporterId),
    index('message_reports_open').on(table.createdAt, table.id).where(sql`${table.resolvedAt} is null`),
    index('message_reports_of_conversation').on(table.conversationId),
  ],
)

/** Files of messages, which profiles keeps. A file stands in one message only, so that it may go with it. */
export const attachments = pgTable(
  'attachments',
  {
    uploadId: uuid('upload_id').primaryKey(),
    messageId: uuid('message_id')
      .notNull()
      .references(() => messages.id),
    /** 0, 1, 2 … in the message. */
    position: integer('position').notNull(),
  },
  (table) => [index('attachments_of_message').on(table.messageId, table.position)],
)
