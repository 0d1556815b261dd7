import { sql } from 'drizzle-orm'
import { index, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

/** What messaging itself knows of a user; made when needed. */
export const people = pgTable(
  'people',
  {
    userId: uuid('user_id').primaryKey(),
    /** Copied from identity's events, for announcements to all of a role. */
    roles: text('roles').array().notNull().default(sql`'{}'`),
    lastSeenAt: instant('last_seen_at'),
    /** Since when nobody else may see when this person was last here. */
    presenceHiddenAt: instant('presence_hidden_at'),
    /** IANA name, as chosen. Quiet hours and digests go by it. */
    timeZone: text('time_zone'),
    /** What identity said at the last digest, for those who have not chosen; null: not asked yet, UTC. */
    homeTimeZone: text('home_time_zone'),
    /** Minutes since midnight between which no mail is sent; null: no quiet hours. May span midnight. */
    quietFromMinute: integer('quiet_from_minute'),
    quietUntilMinute: integer('quiet_until_minute'),
    /** Minute of the day when digests go out. */
    digestMinute: integer('digest_minute').notNull().default(480),
    /** The account was deleted: no late event may bring anything back. */
    erasedAt: instant('erased_at'),
  },
  (table) => [index('people_of_role').using('gin', table.roles)],
)

export const blocks = pgTable(
  'blocks',
  {
    blockerId: uuid('blocker_id').notNull(),
    blockedId: uuid('blocked_id').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.blockerId, table.blockedId] }),
    index('blocks_of_blocked').on(table.blockedId),
  ],
)
