import { sql } from 'drizzle-orm'
import { index, integer, pgTable, primaryKey, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

export const conversations = pgTable(
  'conversations',
  {
    id: uuid('id').primaryKey(),
    kind: text('kind', { enum: ['DIRECT', 'GIG', 'JOB', 'PROPOSAL', 'ORDER', 'TICKET'] }).notNull(),
    /** The gig, job, proposal, order or ticket that it is about; null when it is direct. */
    subjectId: uuid('subject_id'),
    /** What it is about, in words; null when it is direct. */
    title: text('title'),
    /** The ids of those who take part, sorted and joined: the same people have one conversation per subject. */
    peopleKey: text('people_key').notNull(),
    startedBy: uuid('started_by'),
    createdAt: instant('created_at').notNull(),
    /** The number of the last message. Counted up in the transaction that writes a message: no gaps. */
    lastSequence: integer('last_sequence').notNull().default(0),
    /** When the last message was written; null: there is none yet, and nobody's inbox shows it. */
    lastMessageAt: instant('last_message_at'),
    /** Who wrote last and when, system messages aside; for response times. */
    lastSenderId: uuid('last_sender_id'),
    lastSentAt: instant('last_sent_at'),
    /** When a participant reported a message and staff may therefore read along; null again once decided. */
    reportedAt: instant('reported_at'),
  },
  (table) => [
    unique('conversations_once').on(table.kind, table.subjectId, table.peopleKey).nullsNotDistinct(),
    index('conversations_of_subject').on(table.subjectId),
    index('conversations_of_people').on(table.peopleKey),
    index('conversations_started').on(table.startedBy, table.createdAt),
  ],
)

export const participants = pgTable(
  'participants',
  {
    conversationId: uuid('conversation_id')
      .notNull()
      .references(() => conversations.id),
    userId: uuid('user_id').notNull(),
    /** All messages up to this number are read. */
    readSequence: integer('read_sequence').notNull().default(0),
    readAt: instant('read_at'),
    /** The conversation's last message, for the order of the inbox. */
    lastMessageAt: instant('last_message_at'),
    archivedAt: instant('archived_at'),
    /** No mails and no notifications of new messages until then. */
    mutedUntil: instant('muted_until'),
    /** When a mail about unread messages is to be sent; null: none is. */
    mailDueAt: instant('mail_due_at'),
    /** When the last one was sent, and about messages up to which number. */
    mailedAt: instant('mailed_at'),
    mailedSequence: integer('mailed_sequence').notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.userId] }),
    index('participants_inbox').on(table.userId, table.lastMessageAt, table.conversationId),
    index('participants_mail').on(table.mailDueAt).where(sql`${table.mailDueAt} is not null`),
  ],
)
