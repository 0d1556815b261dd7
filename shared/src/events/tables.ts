import { sql } from 'drizzle-orm'
import { index, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** Facts and jobs that were decided in a transaction and are still to be handed to the queues. One table per service. */
export const outbox = pgTable(
  'outbox',
  {
    id: uuid('id').primaryKey(),
    kind: text('kind', { enum: ['event', 'job'] }).notNull(),
    name: text('name').notNull(),
    version: integer('version').notNull(),
    payload: jsonb('payload').notNull(),
    requestId: text('request_id').notNull(),
    /** When the fact happened; for a job, when it is due. */
    occurredAt: timestamp('occurred_at', { withTimezone: true, precision: 3 }).notNull(),
    publishedAt: timestamp('published_at', { withTimezone: true, precision: 3 }),
    /** The trace that this belongs to (W3C Trace Context); null while nothing is traced. */
    traceparent: text('traceparent'),
  },
  (table) => [index('outbox_waiting').on(table.id).where(sql`${table.publishedAt} is null`)],
)

/** Which handler has had which event: written in the transaction of the handler's effect. */
export const inbox = pgTable(
  'inbox',
  {
    eventId: uuid('event_id').notNull(),
    handler: text('handler').notNull(),
    handledAt: timestamp('handled_at', { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.eventId, table.handler] })],
)
