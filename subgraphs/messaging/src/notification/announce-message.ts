import type { Transaction } from '@gigraph/shared/database'
import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { type ConversationRow, isMuted, type ParticipantRow } from '../conversation/conversation.ts'
import { saveParticipant } from '../conversation/conversation-store.ts'
import { mailUnreadMessages } from '../jobs/definitions.ts'
import { listPeople, type PersonRow } from '../people/people-store.ts'
import { afterQuietHours, defaultHours, nextDigest } from './mail-time.ts'
import { MAIL_PAUSE, type Mode, modeOf } from './notification.ts'
import { digestAgain, listPreferences } from './notification-store.ts'
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
  const readers = await readersOf(tx, listening)
  await notify(
    ctx,
    tx,
    readers.map(({ participant: { userId }, mode }) => ({
      userId,
      category: 'MESSAGES',
      title: 'New messages',
      body: title ? `You have new messages about “${title}”.` : 'You have new messages.',
      link: `/messages/${conversationId}`,
      conversationId,
      // At once, a mail quotes what was written; a digest says that there is something to read.
      mailed: mode === 'DIGEST',
    })),
  )
  for (const reader of readers) {
    if (reader.mode === 'DIGEST')
      await digestAgain(tx, reader.participant, nextDigest(now, reader.person ?? defaultHours))
    if (reader.mode === 'INSTANT') await planMail(ctx, tx, reader)
  }
}

interface Reader {
  readonly participant: ParticipantRow
  readonly person: PersonRow | undefined
  /** How mails about messages come. */
  readonly mode: Mode
}

const readersOf = async (tx: Transaction, listening: readonly ParticipantRow[]): Promise<Reader[]> => {
  if (listening.length === 0) return []
  const userIds = listening.map(({ userId }) => userId)
  const preferences = await listPreferences(tx, userIds)
  const people = new Map((await listPeople(tx, userIds)).map((person) => [person.userId, person]))
  return listening.map((participant) => {
    const chosen = preferences.filter(({ userId }) => userId === participant.userId)
    return { participant, person: people.get(participant.userId), mode: modeOf(chosen, 'MESSAGES', 'EMAIL') }
  })
}

const planMail = async (ctx: Context, tx: Transaction, { participant, person }: Reader): Promise<void> => {
  const { userId, conversationId, mailDueAt: planned, mailedAt } = participant
  if (planned || person?.erasedAt) return
  const now = ctx.clock.now()
  const earliest = latest(
    now,
    mailedAt && after(mailedAt, MAIL_PAUSE),
    person?.lastSeenAt && person.lastSeenAt > after(now, `-${PRESENCE}`) ? after(now, PRESENCE) : null,
  )
  const mailDueAt = afterQuietHours(earliest, person ?? defaultHours)
  await saveParticipant(tx, participant, { mailDueAt })
  await ctx.enqueue(tx, mailUnreadMessages, { conversationId, userId }, { at: mailDueAt })
}

const latest = (first: Date, ...others: readonly (Date | null | undefined)[]): Date =>
  others.reduce<Date>((found, each) => (each && each > found ? each : found), first)
