import type { Transaction } from '@gigraph/shared/database'
import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { type ConversationRow, isMuted, type ParticipantRow } from '../conversation/conversation.ts'
import { saveParticipant } from '../conversation/conversation-store.ts'
import { mailUnreadMessages } from '../jobs/definitions.ts'
import { listPeople } from '../people/people-store.ts'
import { afterQuietHours, defaultHours, nextDigest } from './mail-time.ts'
import { MAIL_PAUSE, modeOf } from './notification.ts'
import { listPreferences } from './notification-store.ts'
import { notify } from './notify.ts'

/** Who was here this recently is given this long to read before a mail goes out. */
const PRESENCE = '2m'

/** Tells the others of a conversation that somebody wrote: one notification until they read, and a mail at most every 15 minutes. */
export const announceMessage = async (
  ctx: Context,
  tx: Transaction,
  { id: conversationId, title }: Pick<ConversationRow, 'id' | 'title'>,
  others: readonly ParticipantRow[],
): Promise<void> => {
  const now = ctx.clock.now()
  const listening = others.filter((participant) => !isMuted(participant, now))
  await notify(
    ctx,
    tx,
    listening.map(({ userId }) => ({
      userId,
      category: 'MESSAGES',
      title: 'New messages',
      body: title ? `You have new messages about “${title}”.` : 'You have new messages.',
      link: `/messages/${conversationId}`,
      conversationId,
      mailed: false,
    })),
  )
  await planMails(ctx, tx, listening)
}

const planMails = async (ctx: Context, tx: Transaction, listening: readonly ParticipantRow[]): Promise<void> => {
  const unplanned = listening.filter(({ mailDueAt }) => mailDueAt === null)
  if (unplanned.length === 0) return
  const now = ctx.clock.now()
  const userIds = unplanned.map(({ userId }) => userId)
  const preferences = await listPreferences(tx, userIds)
  const people = new Map((await listPeople(tx, userIds)).map((person) => [person.userId, person]))

  for (const participant of unplanned) {
    const { userId, conversationId, mailedAt } = participant
    const person = people.get(userId)
    const mode = modeOf(
      preferences.filter((each) => each.userId === userId),
      'MESSAGES',
      'EMAIL',
    )
    if (mode === 'OFF' || person?.erasedAt) continue
    const hours = person ?? defaultHours
    const earliest = latest(
      now,
      mailedAt && after(mailedAt, MAIL_PAUSE),
      person?.lastSeenAt && person.lastSeenAt > after(now, `-${PRESENCE}`) ? after(now, PRESENCE) : null,
    )
    const mailDueAt = mode === 'DIGEST' ? nextDigest(now, hours) : afterQuietHours(earliest, hours)
    await saveParticipant(tx, participant, { mailDueAt })
    await ctx.enqueue(tx, mailUnreadMessages, { conversationId, userId }, { at: mailDueAt })
  }
}

const latest = (first: Date, ...others: readonly (Date | null | undefined)[]): Date =>
  others.reduce<Date>((found, each) => (each && each > found ? each : found), first)
