import { userDeleted } from '@gigraph/identity/events'
import type { Transaction } from '@gigraph/shared/database'
import { forgetPublished } from '@gigraph/shared/events'
import { bind } from '@gigraph/shared/service'
import { eq, inArray, or } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { conversations, participants } from '../conversation/tables.ts'
import { attachments, messageReports, messages, reactions } from '../message/tables.ts'
import { notificationPreferences, notifications } from '../notification/tables.ts'
import { savePerson } from '../people/people-store.ts'
import { blocks } from '../people/tables.ts'
import { tickets } from '../ticket/tables.ts'
import { deleteEndpointsOf } from '../webhook/endpoint-store.ts'

const { handle } = bind<Context>()

const GONE = 'Deleted account'

const eraseTickets = async (tx: Transaction, userId: string): Promise<void> => {
  const own = tx.select({ id: tickets.conversationId }).from(tickets).where(eq(tickets.userId, userId))
  await tx.update(conversations).set({ title: GONE }).where(inArray(conversations.id, own))
  await tx.update(tickets).set({ topic: GONE }).where(eq(tickets.userId, userId))
}

/** Profiles deletes the files themselves, with all others of the person's. */
const eraseAttachments = async (tx: Transaction, userId: string): Promise<void> => {
  const own = tx.select({ id: messages.id }).from(messages).where(eq(messages.senderId, userId))
  await tx.delete(attachments).where(inArray(attachments.messageId, own))
}

/** What the person wrote in reports, and what others reported of them. */
const eraseReports = async (tx: Transaction, userId: string): Promise<void> => {
  const own = tx.select({ id: messages.id }).from(messages).where(eq(messages.senderId, userId))
  await tx.update(messageReports).set({ body: '' }).where(inArray(messageReports.messageId, own))
  await tx.update(messageReports).set({ reason: GONE }).where(eq(messageReports.reporterId, userId))
}

/** Nothing personal stays: texts become tombstones without an author, the rest goes. Late events bring nothing back. */
export const onUserDeleted = handle(userDeleted, 'erase', async (ctx, tx, { userId }) => {
  const now = ctx.clock.now()
  await eraseTickets(tx, userId)
  await eraseReports(tx, userId)
  await eraseAttachments(tx, userId)
  await tx
    .update(messages)
    .set({ senderId: null, body: '', contactDetails: [], clientMessageId: null, deletedAt: now })
    .where(eq(messages.senderId, userId))
  await tx.delete(reactions).where(eq(reactions.userId, userId))
  await tx.delete(participants).where(eq(participants.userId, userId))
  await tx.delete(notifications).where(eq(notifications.userId, userId))
  await tx.delete(notificationPreferences).where(eq(notificationPreferences.userId, userId))
  await tx.delete(blocks).where(or(eq(blocks.blockerId, userId), eq(blocks.blockedId, userId)))
  await deleteEndpointsOf(tx, userId)
  await forgetPublished(tx, userId)
  await savePerson(tx, userId, {
    erasedAt: now,
    roles: [],
    lastSeenAt: null,
    presenceHiddenAt: null,
    timeZone: null,
    homeTimeZone: null,
    quietFromMinute: null,
    quietUntilMinute: null,
  })
})
