import type { Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { authorize } from '../policy.ts'
import type { ConversationRow, ParticipantRow } from './conversation.ts'
import {
  conversationsById,
  findConversationForUpdate,
  listParticipants,
  participantsByConversation,
} from './conversation-store.ts'

/** A conversation that the viewer may read. @throws NOT_FOUND for everybody else's */
export const findVisibleConversation = async (ctx: Context, id: string): Promise<ConversationRow> => {
  const conversation = isId(id) ? await load(ctx, conversationsById, id) : null
  if (!conversation) throw notFound('Conversation')
  const participants = (await load(ctx, participantsByConversation, id)) ?? []
  authorize(ctx.viewer, 'conversation:see', { conversation, participants })
  return conversation
}

/** A conversation whose events the viewer may follow. */
export const findAudibleConversation = async (ctx: Context, id: string): Promise<ConversationRow> => {
  const conversation = await findVisibleConversation(ctx, id)
  const participants = (await load(ctx, participantsByConversation, id)) ?? []
  authorize(ctx.viewer, 'conversation:listen', { conversation, participants })
  return conversation
}

export interface Talk {
  readonly conversation: ConversationRow
  readonly participants: readonly ParticipantRow[]
  /** The viewer's own part. */
  readonly self: ParticipantRow
}

/** A conversation in which the viewer takes part, locked until the transaction ends. @throws NOT_FOUND for everybody else's */
export const findOwnConversationForUpdate = async (ctx: Context, tx: Transaction, id: string): Promise<Talk> => {
  const conversation = await findConversationForUpdate(tx, id)
  const participants = await listParticipants(tx, id)
  const viewer = authorize(ctx.viewer, 'conversation:write', { conversation, participants })
  const self = participants.find(({ userId }) => userId === viewer.id)
  if (!self) throw notFound('Conversation')
  return { conversation, participants, self }
}
