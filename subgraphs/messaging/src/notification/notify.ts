import { afterCommit, type Transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'
import { sendNotificationMail } from '../jobs/definitions.ts'
import { notificationTopic } from '../live/topics.ts'
import { listBlockedPairs } from '../people/block-store.ts'
import { listPeople } from '../people/people-store.ts'
import { afterQuietHours, defaultHours, type MailHours, nextDigest } from './mail-time.ts'
import { modeOf, type Notice, type PreferenceRow } from './notification.ts'
import { insertNotifications, listPreferences } from './notification-store.ts'
import type { notifications } from './tables.ts'

/** Tells people something, as each of them wants to hear it: stored, live and by mail. Deleted accounts hear nothing. */
export const notify = async (ctx: Context, tx: Transaction, notices: readonly Notice[]): Promise<void> => {
  const welcome = await withoutBlocked(tx, notices)
  if (welcome.length === 0) return
  const userIds = [...new Set(welcome.map(({ userId }) => userId))]
  const preferences = await listPreferences(tx, userIds)
  const people = new Map((await listPeople(tx, userIds)).map((person) => [person.userId, person]))
  const rows = welcome
    .filter(({ userId }) => !people.get(userId)?.erasedAt)
    .map((notice) =>
      rowOf(ctx, notice, {
        preferences: preferences.filter(({ userId }) => userId === notice.userId),
        hours: people.get(notice.userId) ?? defaultHours,
      }),
    )
  if (rows.length === 0) return

  for (const { id, userId, readAt, mailAs, mailDueAt } of await insertNotifications(tx, rows)) {
    if (mailAs === 'SINGLE' && mailDueAt)
      await ctx.enqueue(tx, sendNotificationMail, { notificationId: id }, { at: mailDueAt })
    if (!readAt) afterCommit(tx, () => ctx.pubsub.publish(notificationTopic(userId), { notificationId: id }))
  }
}

/** Nobody hears of what somebody does whom they have blocked. */
export const withoutBlocked = async <To extends Pick<Notice, 'userId' | 'fromId'>>(
  tx: Transaction,
  notices: readonly To[],
): Promise<readonly To[]> => {
  const fromIds = notices.flatMap(({ fromId }) => fromId ?? [])
  if (fromIds.length === 0) return notices
  const blocked = await listBlockedPairs(
    tx,
    notices.map(({ userId }) => userId),
    fromIds,
  )
  return notices.filter(
    ({ userId, fromId }) => !blocked.some(({ blockerId, blockedId }) => blockerId === userId && blockedId === fromId),
  )
}

interface Reader {
  readonly preferences: readonly PreferenceRow[]
  readonly hours: MailHours
}

const rowOf = (
  ctx: Context,
  { mailed = true, fromId: _, ...notice }: Notice,
  { preferences, hours }: Reader,
): typeof notifications.$inferInsert => {
  const now = ctx.clock.now()
  const mail = mailed ? modeOf(preferences, notice.category, 'EMAIL') : 'OFF'
  return {
    ...notice,
    id: ctx.makeId(),
    createdAt: now,
    // Who does not want it in the product never sees it as new; it stands in the list all the same.
    readAt: modeOf(preferences, notice.category, 'IN_APP') === 'OFF' ? now : null,
    mailAs: mail === 'OFF' ? null : mail === 'DIGEST' ? 'DIGEST' : 'SINGLE',
    mailDueAt: mail === 'OFF' ? null : mail === 'DIGEST' ? nextDigest(now, hours) : mailTime(now, notice, hours),
  }
}

/** What concerns the safety of the account does not wait for the morning. */
const mailTime = (now: Date, { category }: Pick<Notice, 'category'>, hours: MailHours): Date =>
  category === 'SECURITY' ? now : afterQuietHours(now, hours)
