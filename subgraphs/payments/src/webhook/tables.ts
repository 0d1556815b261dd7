import { sql } from 'drizzle-orm'
import { index, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** Events that Stripe has told; kept before they are acknowledged. Only what they are about: the state is read from Stripe. */
export const webhookEvents = pgTable(
  'webhook_events',
  {
    id: text('id').primaryKey(),
    type: text('type').notNull(),
    /** The connected account that it happened on; null: the platform's own. */
    account: text('account'),
    objectId: text('object_id').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
    receivedAt: timestamp('received_at', { withTimezone: true, precision: 3 }).notNull(),
    processedAt: timestamp('processed_at', { withTimezone: true, precision: 3 }),
  },
  (table) => [index('webhook_events_waiting').on(table.receivedAt).where(sql`${table.processedAt} is null`)],
)
