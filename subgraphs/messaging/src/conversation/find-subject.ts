import { usersByIds } from '@gigraph/identity/internal'
import { quoteGig } from '@gigraph/marketplace/internal'
import { participants as participantsOf } from '@gigraph/orders/internal'
import type { Viewer } from '@gigraph/shared/auth'
import { fail, notFound, ok, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import type { ConversationKind } from './conversation.ts'
import { findOptionalConversationAbout, listParticipants } from './conversation-store.ts'

/** Who talks about what. */
export interface Subject {
  readonly kind: ConversationKind
  readonly subjectId: string | null
  readonly title: string | null
  readonly userIds: readonly string[]
}

interface Asked {
  readonly participantId?: string | null | undefined
  readonly gigId?: string | null | undefined
  readonly proposalId?: string | null | undefined
  readonly orderId?: string | null | undefined
}

/** Finds out from the owners of the facts who talks about what; nothing that the client says of it is trusted. */
export const findSubject = async (ctx: Context, viewer: Viewer, asked: Asked): Promise<Result<Subject>> => {
  const { orderId, proposalId, gigId, participantId } = asked
  if ([orderId, proposalId, gigId].filter(Boolean).length > 1)
    return fail('VALIDATION', 'A conversation is about one thing: give one of gigId, proposalId and orderId.')
  if (orderId) return aboutOrder(ctx, viewer, orderId)
  if (proposalId) return aboutProposal(ctx, viewer, proposalId)
  if (!participantId) return fail('VALIDATION', 'Say to whom you write.', { field: ['input', 'participantId'] })
  if (participantId === viewer.id)
    return fail('VALIDATION', 'You cannot write to yourself.', { field: ['input', 'participantId'] })
  const { users } = await ctx.call(usersByIds, { ids: [participantId] })
  if (users[0]?.status !== 'ACTIVE') throw notFound('User')
  const userIds = [viewer.id, participantId]
  if (gigId) return aboutGig(ctx, viewer, { gigId, sellerId: participantId })
  return ok({ kind: 'DIRECT', subjectId: null, title: null, userIds })
}

const aboutOrder = async (ctx: Context, viewer: Viewer, orderId: string): Promise<Result<Subject>> => {
  // Orders says NOT_FOUND for an unknown one; so must this for one between others.
  const { buyerId, sellerId, title } = await ctx.call(participantsOf, { orderId })
  if (viewer.id !== buyerId && viewer.id !== sellerId) throw notFound('Order')
  return ok({ kind: 'ORDER', subjectId: orderId, title, userIds: [buyerId, sellerId] })
}

/** Conversations about proposals are made, empty, when the proposal is submitted. */
const aboutProposal = async (ctx: Context, viewer: Viewer, proposalId: string): Promise<Result<Subject>> => {
  const conversation = await findOptionalConversationAbout(ctx.db, 'PROPOSAL', proposalId)
  const userIds = conversation ? (await listParticipants(ctx.db, conversation.id)).map(({ userId }) => userId) : []
  if (!conversation || !userIds.includes(viewer.id)) throw notFound('Proposal')
  return ok({ kind: 'PROPOSAL', subjectId: proposalId, title: conversation.title, userIds })
}

const aboutGig = async (
  ctx: Context,
  viewer: Viewer,
  { gigId, sellerId }: { readonly gigId: string; readonly sellerId: string },
): Promise<Result<Subject>> => {
  const quote = await ctx.call(quoteGig, { gigId, tier: 'BASIC', extraIds: [], quantity: 1, buyerId: viewer.id })
  if (!quote.available) return fail('NOT_AVAILABLE', quote.reason, { field: ['input', 'gigId'] })
  if (quote.terms.sellerId !== sellerId)
    return fail('VALIDATION', 'This gig is not offered by that person.', { field: ['input', 'gigId'] })
  return ok({ kind: 'GIG', subjectId: gigId, title: quote.terms.title, userIds: [viewer.id, sellerId] })
}
