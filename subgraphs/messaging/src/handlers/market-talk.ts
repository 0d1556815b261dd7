import { offerSent, proposalSubmitted } from '@gigraph/marketplace/events'
import type { Transaction } from '@gigraph/shared/database'
import { bind } from '@gigraph/shared/service'
import type { Context } from '../context.ts'
import type { ConversationRow } from '../conversation/conversation.ts'
import { ensureConversation, findConversationForUpdate, listParticipants } from '../conversation/conversation-store.ts'
import { appendMessage } from '../message/append-message.ts'
import { isBlockBetween } from '../people/block-store.ts'
import { isAnyErased } from '../people/people-store.ts'

const { handle } = bind<Context>()

const isBetween = async (tx: Transaction, id: string, userIds: readonly string[]): Promise<boolean> => {
  const participants = await listParticipants(tx, id)
  return userIds.every((userId) => participants.some((participant) => participant.userId === userId))
}

/** The conversation in which the offer was made; the direct one when it names none of the two people's. */
const conversationOfOffer = async (
  ctx: Context,
  tx: Transaction,
  { conversationId, userIds }: { readonly conversationId: string | null; readonly userIds: readonly string[] },
): Promise<ConversationRow> => {
  if (conversationId && (await isBetween(tx, conversationId, userIds)))
    return findConversationForUpdate(tx, conversationId)
  const direct = { kind: 'DIRECT', subjectId: null, title: null, startedBy: userIds[0] ?? null } as const
  return (await ensureConversation(ctx, tx, { ...direct, userIds })).conversation
}

/** What happens in the marketplace between two people shows where they talk. */
export const marketTalk = [
  // Empty, and so in nobody's inbox, until one of them writes.
  handle(proposalSubmitted, 'open-conversation', async (ctx, tx, { proposalId, freelancerId, clientId, jobTitle }) => {
    const userIds = [clientId, freelancerId]
    if (await isAnyErased(tx, userIds)) return
    await ensureConversation(ctx, tx, {
      kind: 'PROPOSAL',
      subjectId: proposalId,
      title: jobTitle,
      userIds,
      startedBy: null,
    })
  }),

  handle(offerSent, 'show-offer', async (ctx, tx, { offerId, freelancerId, clientId, title, conversationId }) => {
    const userIds = [freelancerId, clientId]
    if (await isAnyErased(tx, userIds)) return
    // It waits among the offers, where the one who has blocked the other need not look.
    if (await isBlockBetween(tx, userIds)) return
    const conversation = await conversationOfOffer(ctx, tx, { conversationId, userIds })
    const participants = await listParticipants(tx, conversation.id)
    await appendMessage(ctx, tx, {
      conversation,
      participants,
      kind: 'OFFER',
      senderId: freelancerId,
      body: title,
      offerId,
    })
  }),
]
