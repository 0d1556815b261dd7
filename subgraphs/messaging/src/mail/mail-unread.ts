import { usersByIds } from '@gigraph/identity/internal'
import { languageOf, type MailLanguage } from '@gigraph/shared/mail'
import type { Context } from '../context.ts'
import { unreadOf } from '../conversation/conversation.ts'
import { listAttachments } from '../message/attachment-store.ts'
import type { MessageRow } from '../message/message.ts'
import { listMessagesAfter } from '../message/message-store.ts'
import { claimUnread, closeUnread, releaseUnread } from './mail-store.ts'
import { findOptionalReader, sendMail } from './send-mail.ts'
import { footerWords, type MessagingMail } from './words.ts'

/** How many messages a mail quotes, and how much of each. */
const QUOTED = 5
const QUOTED_CHARACTERS = 500

const quote = ({ body }: MessageRow, fileCount: number, language: MailLanguage): string => {
  if (body.length > QUOTED_CHARACTERS) return `${body.slice(0, QUOTED_CHARACTERS)} …`
  if (body !== '') return body
  return footerWords[fileCount === 1 ? 'file' : 'files'][language].replace('{count}', String(fileCount))
}

const mailAbout = (unread: number, title: string | null): MessagingMail => {
  if (title) return unread === 1 ? 'messageAbout' : 'messagesAbout'
  return unread === 1 ? 'message' : 'messages'
}

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
    const files = await listAttachments(
      ctx.db,
      messages.map(({ id }) => id),
    )
    const language = languageOf(reader.locale)
    const former = footerWords.formerMember[language]
    const nameOf = (id: string | null) => users.find((user) => user.id === id)?.displayName ?? former
    await sendMail(ctx, reader, {
      category: 'MESSAGES',
      mail: mailAbout(unread, conversation.title),
      values: {
        count: String(unread),
        sender: nameOf(messages[0]?.senderId ?? null),
        title: conversation.title ?? '',
      },
      quoted: messages.map(
        (message) => `${nameOf(message.senderId)}: ${quote(message, files.get(message.id)?.length ?? 0, language)}`,
      ),
      link: `/messages/${conversation.id}`,
      messageId: `${conversation.id}.${told}.${part.userId}`,
    })
    const changes = { mailedAt: ctx.clock.now(), mailedSequence: told }
    await closeUnread(ctx, { part, known: told, changes })
  } catch (error) {
    await releaseUnread(ctx, part)
    throw error
  }
}
