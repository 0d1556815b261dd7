import { type UserSummary, usersByIds } from '@gigraph/identity/internal'
import { jobToTalkAbout, quoteGig } from '@gigraph/marketplace/internal'
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
  readonly jobId?: string | null | undefined
  readonly proposalId?: string | null | undefined
  readonly orderId?: string | null | undefined
}

/** Finds out from the owners of the facts who talks about what; nothing that the client says of it is trusted. */
export const findSubject = async (ctx: Context, viewer: Viewer, asked: Asked): Promise<Result<Subject>> => {
  const { orderId, proposalId, jobId, gigId, participantId } = asked
  if ([orderId, proposalId, jobId, gigId].filter(Boolean).length > 1)
    return fail('VALIDATION', 'A conversation is about one thing: give one of gigId, jobId, proposalId and orderId.')
  if (orderId) return aboutOrder(ctx, viewer, orderId)
  if (proposalId) return aboutProposal(ctx, viewer, proposalId)
  if (jobId) return aboutJob(ctx, viewer, { jobId, participantId })
  const other = await findOther(ctx, viewer, participantId)
  if (!other.ok) return other
  if (gigId) return aboutGig(ctx, viewer, { gigId, sellerId: other.value.id })
  return ok({ kind: 'DIRECT', subjectId: null, title: null, userIds: [viewer.id, other.value.id] })
}

/** The one to whom the viewer writes. @throws NOT_FOUND for accounts that are suspended, deleted or unknown */
const findOther = async (ctx: Context, viewer: Viewer, id: string | null | undefined): Promise<Result<UserSummary>> => {
  if (!id) return fail('VALIDATION', 'Say to whom you write.', { field: ['input', 'participantId'] })
  if (id === viewer.id)
    return fail('VALIDATION', 'You cannot write to yourself.', { field: ['input', 'participantId'] })
  const { users } = await ctx.call(usersByIds, { ids: [id] })
  const [user] = users
  if (user?.status !== 'ACTIVE') throw notFound('User')
  return ok(user)
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

/** Freelancers write to the client of a job that is open; the client writes to any freelancer about it, also later. */
const aboutJob = async (
  ctx: Context,
  viewer: Viewer,
  { jobId, participantId }: { readonly jobId: string; readonly participantId: string | null | undefined },
): Promise<Result<Subject>> => {
  const job = await ctx.call(jobToTalkAbout, { jobId })
  const isClient = job.available && job.clientId === viewer.id
  // As in marketplace: nobody else sees jobs.
  if (!job.available || !(isClient || viewer.roles.includes('FREELANCER'))) throw notFound('Job')
  const other = await findOther(ctx, viewer, isClient ? participantId : (participantId ?? job.clientId))
  if (!other.ok) return other
  const { id, roles } = other.value
  if (isClient ? !roles.includes('FREELANCER') : id !== job.clientId)
    return fail('VALIDATION', 'One talks about a job with its client, who talks about it with freelancers.', {
      field: ['input', 'participantId'],
    })
  if (!isClient && !job.open)
    return fail('NOT_AVAILABLE', 'This job takes no more applications.', { field: ['input', 'jobId'] })
  return ok({ kind: 'JOB', subjectId: jobId, title: job.title, userIds: [viewer.id, id] })
}
