import { requireViewer, type Viewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { forbidden, notFound, ok, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { findOwnConversationForUpdate, type Talk } from '../conversation/find-conversation.ts'
import { type ConversationSignal, tellConversation } from '../live/topics.ts'
import type { MessageRow } from './message.ts'
import { findOptionalMessage } from './message-store.ts'

interface Change {
  readonly messageId: string
  readonly kind: ConversationSignal['kind']
  /** Does it, or says why not. The conversation is locked. */
  readonly apply: (tx: Transaction, message: MessageRow, talk: Talk) => Promise<Result<MessageRow>>
}

/** Changes a message of a conversation in which the viewer takes part, and tells those who look at it. */
export const changeMessage = (ctx: Context, { messageId, kind, apply }: Change): Promise<Result<MessageRow>> => {
  const viewer = requireViewer(ctx)
  return transaction(ctx.db, async (tx) => {
    const found = await findOptionalMessage(tx, messageId)
    if (!found) throw notFound('Message')
    const talk = await findOwnConversationForUpdate(ctx, tx, found.conversationId)
    // Again, now that nobody else can change it.
    const message = (await findOptionalMessage(tx, messageId)) ?? found
    const changed = await apply(tx, message, talk)
    if (!changed.ok) return changed
    const { conversationId, sequence } = message
    tellConversation(
      ctx,
      tx,
      { kind, conversationId, messageId, userId: viewer.id, sequence },
      talk.participants.map(({ userId }) => userId),
    )
    return ok(changed.value)
  })
}

/** @throws {ApplicationError} FORBIDDEN when somebody else wrote it */
export const requireAuthor = (viewer: Viewer, message: MessageRow): void => {
  if (message.senderId !== viewer.id) throw forbidden('Only its author may change a message.')
}
