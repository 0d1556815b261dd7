import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, type Result } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Context } from '../context.ts'
import { jobClosed, listingModerated, toolPaused, toolPublished } from '../events.ts'
import type { Gig } from '../gig/gig.ts'
import { gigById } from '../gig/gig-store.ts'
import { type Job, statusOf } from '../job/job.ts'
import { findJobForUpdate, jobById, saveJob } from '../job/job-store.ts'
import { nextStatus, type Tool } from '../tool/tool.ts'
import { findOptionalForUpdate, save as saveTool, toolById } from '../tool/tool-store.ts'
import { moderateGig } from './moderate-gig.ts'
import { DECIDED, type Decision, type DecisionInput, reasonOf } from './reason.ts'

export type Listing = Gig | Job | Tool
type Kind = 'GIG' | 'JOB' | 'TOOL'

interface Case {
  readonly id: string
  readonly decision: Decision
  readonly reason: string | null
}
type Decided = Promise<Result<{ listing: Listing; ownerId: string }>>

const moderateTool = async (ctx: Context, tx: Transaction, { id, decision, reason }: Case): Decided => {
  const tool = await findOptionalForUpdate(tx, id)
  if (!tool) throw notFound('Tool')
  const status = nextStatus(tool.status, decision)
  if (!status.ok) return status
  const saved = await saveTool(tx, id, { status: status.value, reason, updatedAt: ctx.clock.now() })
  const told = { toolId: id, creatorId: tool.creatorId, title: tool.title }
  if (decision === 'approve') await ctx.publish(tx, toolPublished, told)
  if (decision === 'suspend') await ctx.publish(tx, toolPaused, told)
  return ok({ listing: saved, ownerId: tool.creatorId })
}

/** Jobs go live without approval; staff can only take them down. */
const moderateJob = async (ctx: Context, tx: Transaction, { id, decision, reason }: Case): Decided => {
  const job = await findJobForUpdate(tx, id)
  const now = ctx.clock.now()
  if (decision !== 'suspend' || statusOf(job, now) !== 'OPEN')
    return fail('INVALID_STATE', 'Only an open job can be decided about: it can be suspended.', {
      allowed: ['suspend'],
    })
  const saved = await saveJob(tx, id, { status: 'REMOVED', reason, updatedAt: now })
  await ctx.publish(tx, jobClosed, { jobId: id, clientId: job.clientId, title: job.title })
  return ok({ listing: saved, ownerId: job.clientId })
}

const moderate: Readonly<Record<Kind, (ctx: Context, tx: Transaction, about: Case) => Decided>> = {
  GIG: (ctx, tx, { id, decision, reason }) => moderateGig(ctx, tx, { gigId: id, decision, reason }),
  JOB: moderateJob,
  TOOL: moderateTool,
}

/** What an id stands for. */
export const findListing = async (ctx: Context, id: string): Promise<{ kind: Kind; listing: Listing } | null> => {
  const gig = await load(ctx, gigById, id)
  if (gig) return { kind: 'GIG', listing: gig }
  const job = await load(ctx, jobById, id)
  if (job) return { kind: 'JOB', listing: job }
  const tool = await load(ctx, toolById, id)
  return tool && { kind: 'TOOL', listing: tool }
}

const titleOf = (listing: Listing): string => ('shown' in listing ? listing.shown.title : listing.title)

/** Staff decide about something on the market; its owner is told. Needs the scope content:moderate. */
export const moderateListing = async (
  ctx: Context,
  decision: Decision,
  input: DecisionInput,
): Promise<Result<Listing>> => {
  requireScope(requireViewer(ctx), 'content:moderate')
  const reason = reasonOf(decision, input)
  if (!reason.ok) return reason
  const found = await findListing(ctx, input.listingId)
  if (!found) throw notFound('Listing')
  const { kind } = found
  return transaction(ctx.db, async (tx) => {
    const decided = await moderate[kind](ctx, tx, { id: input.listingId, decision, reason: reason.value })
    if (!decided.ok) return decided
    const { listing, ownerId } = decided.value
    await ctx.publish(tx, listingModerated, {
      listingId: input.listingId,
      kind,
      ownerId,
      title: titleOf(listing),
      decision: DECIDED[decision],
      reason: reason.value,
    })
    return ok(listing)
  })
}
