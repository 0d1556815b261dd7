import { sql } from 'drizzle-orm'
import { index, pgTable, primaryKey, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core'

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

export const categories = ['ORDERS', 'MESSAGES', 'PAYMENTS', 'REVIEWS', 'MARKETING', 'SECURITY'] as const

export const notifications = pgTable(
  'notifications',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id').notNull(),
    category: text('category', { enum: categories }).notNull(),
    title: text('title').notNull(),
    body: text('body').notNull(),
    /** The client's page that it leads to, from `/` on. */
    link: text('link').notNull(),
    /** The order that it is about. */
    orderId: uuid('order_id'),
    /** The conversation that it is about. */
    conversationId: uuid('conversation_id'),
    createdAt: instant('created_at').notNull(),
    readAt: instant('read_at'),
    /** When it is to be mailed; null: not, or done. */
    mailDueAt: instant('mail_due_at'),
    mailAs: text('mail_as', { enum: ['SINGLE', 'DIGEST'] }),
    mailedAt: instant('mailed_at'),
  },
  (table) => [
    index('notifications_of_user').on(table.userId, table.createdAt, table.id),
    index('notifications_unread').on(table.userId).where(sql`${table.readAt} is null`),
    index('notifications_mail').on(table.mailDueAt).where(sql`${table.mailDueAt} is not null`),
    // However many messages wait in a conversation, one notification says so.
    uniqueIndex('notifications_of_messages')
      .on(table.userId, table.conversationId)
      .where(sql`${table.category} = 'MESSAGES' and ${table.readAt} is null`),
  ],
)

/** What a person chose; the defaults hold where there is no row. */
export const notificationPreferences = pgTable(
  'notification_preferences',
  {
    userId: uuid('user_id').notNull(),
    category: text('category', { enum: categories }).notNull(),
    channel: text('channel', { enum: ['EMAIL', 'IN_APP'] }).notNull(),
    mode: text('mode', { enum: ['INSTANT', 'DIGEST', 'OFF'] }).notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.category, table.channel] })],
)

/** What staff tell all of a role, and how far the telling has come. */
export const announcements = pgTable('announcements', {
  id: uuid('id').primaryKey(),
  role: text('role').notNull(),
  category: text('category', { enum: categories }).notNull(),
  title: text('title').notNull(),
  body: text('body').notNull(),
  link: text('link').notNull(),
  createdBy: uuid('created_by').notNull(),
  createdAt: instant('created_at').notNull(),
  /** Everybody up to this id has been told. */
  toldUserId: uuid('told_user_id'),
  completedAt: instant('completed_at'),
})
