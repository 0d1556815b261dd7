import { index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { conversations } from '../conversation/tables.ts'

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

export const tickets = pgTable(
  'tickets',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id').notNull(),
    conversationId: uuid('conversation_id')
      .notNull()
      .unique()
      .references(() => conversations.id),
    topic: text('topic').notNull(),
    orderId: uuid('order_id'),
    status: text('status', { enum: ['OPEN', 'PENDING', 'RESOLVED', 'CLOSED'] }).notNull(),
    assigneeId: uuid('assignee_id'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    resolvedAt: instant('resolved_at'),
  },
  (table) => [
    index('tickets_of_user').on(table.userId, table.createdAt, table.id),
    index('tickets_by_status').on(table.status, table.createdAt, table.id),
  ],
)
