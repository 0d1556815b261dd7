import { userDeleted } from '@gigraph/identity/events'
import { bind } from '@gigraph/shared/service'
import { eq, or } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { participants } from '../conversation/tables.ts'
import { messages, reactions } from '../message/tables.ts'
import { notificationPreferences, notifications } from '../notification/tables.ts'
import { savePerson } from '../people/people-store.ts'
import { blocks } from '../people/tables.ts'

const { handle } = bind<Context>()

/** Nothing personal stays: texts become tombstones without an author, the rest goes. Late events bring nothing back. */
export const onUserDeleted = handle(userDeleted, 'erase', async (ctx, tx, { userId }) => {
  const now = ctx.clock.now()
  await tx
    .update(messages)
    .set({ senderId: null, body: '', contactDetails: [], clientMessageId: null, deletedAt: now })
    .where(eq(messages.senderId, userId))
  await tx.delete(reactions).where(eq(reactions.userId, userId))
  await tx.delete(participants).where(eq(participants.userId, userId))
  await tx.delete(notifications).where(eq(notifications.userId, userId))
  await tx.delete(notificationPreferences).where(eq(notificationPreferences.userId, userId))
  await tx.delete(blocks).where(or(eq(blocks.blockerId, userId), eq(blocks.blockedId, userId)))
  await savePerson(tx, userId, {
    erasedAt: now,
    roles: [],
    lastSeenAt: null,
    presenceHiddenAt: null,
    timeZone: null,
    quietFromMinute: null,
    quietUntilMinute: null,
  })
})
