import { sql } from 'drizzle-orm'
import { index, integer, pgTable, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

/** Where somebody's program wants to be told what happens to them. */
export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id').notNull(),
    url: text('url').notNull(),
    description: text('description').notNull(),
    /** Names of {@link webhookEvents}. */
    events: text('events').array().notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    /** Since when nothing is sent; null: it works. */
    disabledAt: instant('disabled_at'),
    disabledBecause: text('disabled_because', { enum: ['OWNER', 'GONE', 'FAILING'] }),
    /** Since when every call has failed; null: the last one got through, or none was made. */
    failingSince: instant('failing_since'),
    /** How long the last answer took; null: there was none yet. */
    lastDurationMs: integer('last_duration_ms'),
  },
  (table) => [index('webhook_endpoints_of_user').on(table.userId, table.createdAt)],
)

/** What calls are signed with: the present one, and earlier ones until they end. */
export const webhookSecrets = pgTable(
  'webhook_secrets',
  {
    id: uuid('id').primaryKey(),
    endpointId: uuid('endpoint_id')
      .notNull()
      .references(() => webhookEndpoints.id, { onDelete: 'cascade' }),
    /** Encrypted; opens for this endpoint only. */
    sealed: text('sealed').notNull(),
    createdAt: instant('created_at').notNull(),
    /** Null: the present one. */
    endsAt: instant('ends_at'),
  },
  (table) => [index('webhook_secrets_of_endpoint').on(table.endpointId)],
)

/** One fact for one endpoint, on its way until an answer says that it has arrived. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    /** The `webhook-id` of every try. */
    id: uuid('id').primaryKey(),
    endpointId: uuid('endpoint_id')
      .notNull()
      .references(() => webhookEndpoints.id, { onDelete: 'cascade' }),
    /** The event that it tells; null: its owner asked for a test. */
    eventId: uuid('event_id'),
    /** As in the body: `order.placed`. */
    type: text('type').notNull(),
    /** The bytes of every try. */
    body: text('body').notNull(),
    status: text('status', { enum: ['PENDING', 'DELIVERED', 'FAILED'] }).notNull(),
    createdAt: instant('created_at').notNull(),
    /** When its owner asked for it, or for it once more. */
    requestedAt: instant('requested_at'),
    /** Tries since it was made or asked for again. */
    tries: integer('tries').notNull().default(0),
    /** When the next try is due; null: none is. */
    dueAt: instant('due_at'),
    /** Who tries now, and until when nobody else may. */
    claimId: uuid('claim_id'),
    claimedUntil: instant('claimed_until'),
    endedAt: instant('ended_at'),
  },
  (table) => [
    // Whatever arrives how often: an endpoint is told an event once.
    unique('webhook_deliveries_once').on(table.endpointId, table.eventId),
    index('webhook_deliveries_of_endpoint').on(table.endpointId, table.createdAt, table.id),
    index('webhook_deliveries_by_status').on(table.endpointId, table.status, table.createdAt, table.id),
    index('webhook_deliveries_due').on(table.dueAt).where(sql`${table.dueAt} is not null`),
    index('webhook_deliveries_in_hand').on(table.endpointId).where(sql`${table.claimedUntil} is not null`),
    index('webhook_deliveries_age').on(table.createdAt),
  ],
)

/** One call of an endpoint, and what came of it. */
export const webhookAttempts = pgTable(
  'webhook_attempts',
  {
    id: uuid('id').primaryKey(),
    deliveryId: uuid('delivery_id')
      .notNull()
      .references(() => webhookDeliveries.id, { onDelete: 'cascade' }),
    at: instant('at').notNull(),
    durationMs: integer('duration_ms').notNull(),
    /** Null: there was no answer. */
    httpStatus: integer('http_status'),
    /** What went wrong, in words; null: nothing. */
    error: text('error'),
    /** The beginning of the answer's body. */
    excerpt: text('excerpt'),
  },
  (table) => [index('webhook_attempts_of_delivery').on(table.deliveryId, table.at)],
)
