import { usersByIds } from '@gigraph/identity/internal'
import type { Context } from '../context.ts'
import { unreadOf } from '../conversation/conversation.ts'
import type { MessageRow } from '../message/message.ts'
import { listMessagesAfter } from '../message/message-store.ts'
import { claimUnread, closeUnread, releaseUnread } from './mail-store.ts'
import { findOptionalReader, sendMail } from './send-mail.ts'

/** How many messages a mail quotes, and how much of each. */
const QUOTED = 5
const QUOTED_CHARACTERS = 500

const quote = ({ body }: MessageRow): string =>
  body.length > QUOTED_CHARACTERS ? `${body.slice(0, QUOTED_CHARACTERS)} …` : body

/** Mails somebody what they have not read of a conversation, if that is due and not told before. */
export const mailUnread = async (
  ctx: Context,
  part: { readonly conversationId: string; readonly userId: string },
): Promise<void> => {
  const claimed = await claimUnread(ctx, part)
  if (!claimed) return
  const { participant, conversation } = claimed
  const told = conversation.lastSequence
  try {
    const known = Math.max(participant.readSequence, participant.mailedSequence)
    const unread = unreadOf(conversation, { readSequence: known })
    const messages = (await listMessagesAfter(ctx.db, conversation.id, known, QUOTED)).filter(
      ({ senderId, deletedAt }) => senderId !== null && senderId !== part.userId && !deletedAt,
    )
    const reader = messages.length > 0 ? await findOptionalReader(ctx, part.userId) : null
    if (!reader) return await closeUnread(ctx, { part, known: told })
    const { users } = await ctx.call(usersByIds, { ids: [...new Set(messages.map(({ senderId }) => senderId ?? ''))] })
    const nameOf = (id: string | null) => users.find((user) => user.id === id)?.displayName ?? 'A former member'
    const about = conversation.title ? ` about “${conversation.title}”` : ''
    await sendMail(ctx, reader, {
      category: 'MESSAGES',
      subject: `${unread === 1 ? 'New message' : `${unread} new messages`} from ${nameOf(messages[0]?.senderId ?? null)}${about}`,
      paragraphs: messages.map((message) => `${nameOf(message.senderId)}: ${quote(message)}`),
      action: { label: 'Answer', link: `/messages/${conversation.id}` },
      messageId: `${conversation.id}.${told}.${part.userId}`,
    })
    const changes = { mailedAt: ctx.clock.now(), mailedSequence: told }
    await closeUnread(ctx, { part, known: told, changes })
  } catch (error) {
    await releaseUnread(ctx, part)
    throw error
  }
}
