import { index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

export { inbox, outbox } from '@gigraph/shared/events'

export const notes = pgTable(
  'notes',
  {
    id: uuid('id').primaryKey(),
    authorId: uuid('author_id').notNull(),
    body: text('body').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [index('notes_newest').on(table.createdAt, table.id)],
)
