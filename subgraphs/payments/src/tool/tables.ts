import { index, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** A client used a tool, and its creator earned. */
export const toolUsages = pgTable(
  'tool_usages',
  {
    id: uuid('id').primaryKey(),
    toolId: uuid('tool_id').notNull(),
    title: text('title').notNull(),
    endpoint: text('endpoint').notNull(),
    userId: uuid('user_id').notNull(),
    creatorId: uuid('creator_id').notNull(),
    /** The price of one unit when the grant was given. */
    pointsPerUnit: integer('points_per_unit').notNull(),
    /** The most that the client gives for the use, metered use included; null: no more than the one use. */
    maxPoints: integer('max_points'),
    /** SHA-256 of what the tool is to work on, in base64url; the input itself goes from the client to the tool's API only. */
    inputHash: text('input_hash'),
    units: integer('units').notNull(),
    pointsCharged: integer('points_charged').notNull(),
    earningId: uuid('earning_id').notNull(),
    /** Of metered use: the use whose grant it was recorded against. */
    grantedBy: uuid('granted_by'),
    grantExpiresAt: timestamp('grant_expires_at', { withTimezone: true, precision: 3 }).notNull(),
    usedAt: timestamp('used_at', { withTimezone: true, precision: 3 }).notNull(),
    refundedAt: timestamp('refunded_at', { withTimezone: true, precision: 3 }),
    refundReason: text('refund_reason'),
  },
  (table) => [
    index('tool_usages_user').on(table.userId, table.usedAt, table.id),
    index('tool_usages_tool').on(table.toolId),
    index('tool_usages_grant').on(table.grantedBy),
  ],
)
export type ToolUsageRow = typeof toolUsages.$inferSelect
