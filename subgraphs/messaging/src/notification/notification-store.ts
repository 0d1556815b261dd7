import type { Database, Transaction } from '@gigraph/shared/database'
import { type Batch, type Connection, type ConnectionArguments, indexBy, paginate } from '@gigraph/shared/graphql'
import { and, count, desc, eq, gt, inArray, isNotNull, isNull, type SQL } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Category, NotificationRow, PreferenceRow } from './notification.ts'
import { notificationPreferences, notifications } from './tables.ts'

/** Writes notifications; one about unread messages that exists already is not written again. Answers the new ones. */
export const insertNotifications = (
  tx: Transaction,
  rows: readonly (typeof notifications.$inferInsert)[],
): Promise<NotificationRow[]> =>
  tx
    .insert(notifications)
    .values([...rows])
    .onConflictDoNothing()
    .returning()

export const notificationsById: Batch<Context, string, NotificationRow> = async ({ db }, ids) =>
  indexBy(
    await db
      .select()
      .from(notifications)
      .where(inArray(notifications.id, [...ids])),
    (notification) => notification.id,
  )

export interface NotificationQuery {
  readonly unread?: boolean | null | undefined
  readonly categories?: readonly Category[] | null | undefined
}

const conditions = (userId: string, query: NotificationQuery): (SQL | undefined)[] => [
  eq(notifications.userId, userId),
  query.unread == null ? undefined : query.unread ? isNull(notifications.readAt) : isNotNull(notifications.readAt),
  query.categories?.length ? inArray(notifications.category, [...query.categories]) : undefined,
]

/** A page of somebody's notifications, newest first. */
export const listNotifications = (
  { db }: Context,
  userId: string,
  query: NotificationQuery,
  args: ConnectionArguments,
): Promise<Connection<NotificationRow>> =>
  paginate(
    args,
    [
      { column: notifications.createdAt, direction: 'desc', of: (row: NotificationRow) => row.createdAt },
      { column: notifications.id, direction: 'desc', of: (row: NotificationRow) => row.id },
    ],
    ({ where, orderBy, limit }) =>
      db
        .select()
        .from(notifications)
        .where(and(...conditions(userId, query), where))
        .orderBy(...orderBy)
        .limit(limit),
  )

export const countUnreadNotifications = async (db: Database | Transaction, userId: string): Promise<number> => {
  const [row] = await db
    .select({ count: count() })
    .from(notifications)
    .where(and(eq(notifications.userId, userId), isNull(notifications.readAt)))
  return row?.count ?? 0
}

/** Those of these notifications that are somebody's, the newest first. */
export const listOwnNotifications = (
  tx: Transaction,
  userId: string,
  ids: readonly string[],
): Promise<NotificationRow[]> =>
  tx
    .select()
    .from(notifications)
    .where(and(eq(notifications.userId, userId), inArray(notifications.id, [...ids])))
    .orderBy(desc(notifications.id))

/** How often somebody was told something that leads to this page, since then. */
export const countNotices = async (
  tx: Transaction,
  { userId, link, since }: { readonly userId: string; readonly link: string; readonly since: Date },
): Promise<number> => {
  const [row] = await tx
    .select({ count: count() })
    .from(notifications)
    .where(and(eq(notifications.userId, userId), gt(notifications.createdAt, since), eq(notifications.link, link)))
  return row?.count ?? 0
}

/** Marks somebody's notifications as read: these, or all. */
export const readNotifications = async (
  tx: Transaction,
  userId: string,
  ids: readonly string[] | null | undefined,
  at: Date,
): Promise<void> => {
  await tx
    .update(notifications)
    .set({ readAt: at })
    .where(
      and(
        eq(notifications.userId, userId),
        isNull(notifications.readAt),
        ids ? inArray(notifications.id, [...ids]) : undefined,
      ),
    )
}

/** Marks what says "new messages" as read: the person has read the conversation. */
export const readMessageNotifications = async (
  tx: Transaction,
  userId: string,
  conversationId: string,
  at: Date,
): Promise<void> => {
  await tx
    .update(notifications)
    .set({ readAt: at })
    .where(
      and(
        eq(notifications.userId, userId),
        eq(notifications.conversationId, conversationId),
        eq(notifications.category, 'MESSAGES'),
        isNull(notifications.readAt),
      ),
    )
}

/** Puts what says "new messages" and was told in a digest before, but not read since, into the next one. */
export const digestAgain = async (
  tx: Transaction,
  { userId, conversationId }: { readonly userId: string; readonly conversationId: string },
  at: Date,
): Promise<void> => {
  await tx
    .update(notifications)
    .set({ mailDueAt: at, mailAs: 'DIGEST' })
    .where(
      and(
        eq(notifications.userId, userId),
        eq(notifications.conversationId, conversationId),
        eq(notifications.category, 'MESSAGES'),
        isNull(notifications.readAt),
        isNull(notifications.mailDueAt),
      ),
    )
}

export const listPreferences = (db: Database | Transaction, userIds: readonly string[]): Promise<PreferenceRow[]> =>
  db
    .select()
    .from(notificationPreferences)
    .where(inArray(notificationPreferences.userId, [...userIds]))

export const savePreference = async (db: Database | Transaction, preference: PreferenceRow): Promise<void> => {
  const { mode, updatedAt } = preference
  const { userId, category, channel } = notificationPreferences
  await db
    .insert(notificationPreferences)
    .values(preference)
    .onConflictDoUpdate({ target: [userId, category, channel], set: { mode, updatedAt } })
}
