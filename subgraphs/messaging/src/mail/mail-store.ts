import { type Database, transaction } from '@gigraph/shared/database'
import { after } from '@gigraph/shared/time'
import { and, asc, eq, inArray, lte, type SQL } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { ConversationRow, ParticipantRow } from '../conversation/conversation.ts'
import { findConversationForUpdate, saveParticipant } from '../conversation/conversation-store.ts'
import { conversations, participants } from '../conversation/tables.ts'
import { MAIL_PAUSE, type NotificationRow } from '../notification/notification.ts'
import { notifications } from '../notification/tables.ts'

/** Whoever takes a mail has this long to send it before another may try. Longer than the mail server's own deadline. */
const LEASE = '2m'

type Claiming = Pick<Context, 'db' | 'clock'>

const claimNotifications = ({ db, clock }: Claiming, ...which: readonly SQL[]): Promise<NotificationRow[]> =>
  db
    .update(notifications)
    .set({ mailDueAt: after(clock.now(), LEASE) })
    .where(and(lte(notifications.mailDueAt, clock.now()), ...which))
    .returning()

/** Takes a notification that is due for a mail of its own; null when it is not (any more). */
export const claimNotification = async (ctx: Claiming, id: string): Promise<NotificationRow | null> => {
  const [row] = await claimNotifications(ctx, eq(notifications.id, id), eq(notifications.mailAs, 'SINGLE'))
  return row ?? null
}

/** Takes everything that is due for somebody's digest, oldest first. */
export const claimDigest = async (ctx: Claiming, userId: string): Promise<NotificationRow[]> => {
  const taken = await claimNotifications(ctx, eq(notifications.userId, userId), eq(notifications.mailAs, 'DIGEST'))
  return taken.sort((one, other) => one.id.localeCompare(other.id))
}

/** The mail is sent, or needs no sending. */
export const closeNotifications = async (
  db: Database,
  ids: readonly string[],
  mailedAt: Date | null,
): Promise<void> => {
  await db
    .update(notifications)
    .set({ mailDueAt: null, mailedAt })
    .where(inArray(notifications.id, [...ids]))
}

/** The mail was not sent: the next try may take it at once. */
export const releaseNotifications = async ({ db, clock }: Claiming, ids: readonly string[]): Promise<void> => {
  await db
    .update(notifications)
    .set({ mailDueAt: clock.now() })
    .where(inArray(notifications.id, [...ids]))
}

interface Part {
  readonly conversationId: string
  readonly userId: string
}

const isPart = ({ conversationId, userId }: Part): SQL | undefined =>
  and(eq(participants.conversationId, conversationId), eq(participants.userId, userId))

/** Takes the mail about a conversation's unread messages that is due for somebody; null when none is. */
export const claimUnread = async (
  { db, clock }: Claiming,
  part: Part,
): Promise<{ participant: ParticipantRow; conversation: ConversationRow } | null> => {
  const [participant] = await db
    .update(participants)
    .set({ mailDueAt: after(clock.now(), LEASE) })
    .where(and(isPart(part), lte(participants.mailDueAt, clock.now())))
    .returning()
  if (!participant) return null
  const [conversation] = await db.select().from(conversations).where(eq(conversations.id, part.conversationId))
  return conversation ? { participant, conversation } : null
}

/**
 * The mail is sent, or needs no sending. What was written while it was being sent found the mail taken: it becomes due again.
 *
 * @param changes what the sent mail told, and when; nothing when none was sent
 */
export const closeUnread = (
  { db, clock }: Claiming,
  { part, known, changes = {} }: { part: Part; known: number; changes?: Partial<ParticipantRow> },
): Promise<void> =>
  transaction(db, async (tx) => {
    const { lastSequence } = await findConversationForUpdate(tx, part.conversationId)
    const mailDueAt = lastSequence > known ? after(clock.now(), MAIL_PAUSE) : null
    await saveParticipant(tx, part, { ...changes, mailDueAt })
  })

export const releaseUnread = async ({ db, clock }: Claiming, part: Part): Promise<void> => {
  await db.update(participants).set({ mailDueAt: clock.now() }).where(isPart(part))
}

/** What is due now: people with digests, notifications and parts whose own job did not run. */
export const listDueMails = async ({ db, clock }: Claiming, limit: number) => {
  const due = await db
    .select({ id: notifications.id, userId: notifications.userId, mailAs: notifications.mailAs })
    .from(notifications)
    .where(lte(notifications.mailDueAt, clock.now()))
    .orderBy(asc(notifications.mailDueAt))
    .limit(limit)
  const parts = await db
    .select({ conversationId: participants.conversationId, userId: participants.userId })
    .from(participants)
    .where(lte(participants.mailDueAt, clock.now()))
    .orderBy(asc(participants.mailDueAt))
    .limit(limit)
  return {
    digestsOf: [...new Set(due.filter(({ mailAs }) => mailAs === 'DIGEST').map(({ userId }) => userId))],
    notificationIds: due.filter(({ mailAs }) => mailAs === 'SINGLE').map(({ id }) => id),
    parts,
  }
}
