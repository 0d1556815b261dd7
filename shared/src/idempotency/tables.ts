import { index, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** Which keys were used for what, and what came of it. One table per service; re-export it from the service's tables.ts. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    ownerId: uuid('owner_id').notNull(),
    operation: text('operation').notNull(),
    key: text('key').notNull(),
    /** Stays the same however often the work is tried: what other systems get as their key. */
    workId: uuid('work_id').notNull(),
    /** SHA-256 of the input. */
    fingerprint: text('fingerprint').notNull(),
    /** Who works on it now; changes when somebody takes over. */
    claimId: uuid('claim_id').notNull(),
    /** After this instant the one who works on it counts as dead. */
    claimedUntil: timestamp('claimed_until', { withTimezone: true, precision: 3 }).notNull(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
    /** Written in the transaction of the effect. */
    finishedAt: timestamp('finished_at', { withTimezone: true, precision: 3 }),
    /** What the effect made: ids to read it again. */
    reference: jsonb('reference'),
  },
  (table) => [
    primaryKey({ columns: [table.ownerId, table.operation, table.key] }),
    index('idempotency_keys_age').on(table.createdAt),
  ],
)
