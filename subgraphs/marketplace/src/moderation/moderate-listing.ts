import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { listingModerated, toolPaused, toolPublished } from '../events.ts'
import { statusOf } from '../job/job.ts'
import { findJobForUpdate, saveJob } from '../job/job-store.ts'
import { tellClosed } from '../job/tell-closed.ts'
import { nextStatus } from '../tool/tool.ts'
import { findOptionalForUpdate, save as saveTool } from '../tool/tool-store.ts'
import { noteDecision } from './decision-store.ts'
import { findListing, type Kind, type Listing, ownerOf, refuseOwn, standingOf, titleOf } from './find-listing.ts'
import { moderateGig } from './moderate-gig.ts'
import { DECIDED, type Decision, type DecisionInput, reasonOf } from './reason.ts'

interface Case {
  readonly id: string
  readonly decision: Decision
  readonly reason: string | null
}
/** What was decided about, before and after. */
type Decided = Promise<Result<{ readonly before: Listing; readonly listing: Listing }>>

const moderateTool = async (ctx: Context, tx: Transaction, { id, decision, reason }: Case): Decided => {
  const tool = await findOptionalForUpdate(tx, id)
  if (!tool) throw notFound('Tool')
  const status = nextStatus(tool.status, decision)
  if (!status.ok) return status
  const saved = await saveTool(tx, id, { status: status.value, reason, updatedAt: ctx.clock.now() })
  const told = { toolId: id, creatorId: tool.creatorId, title: tool.title }
  if (decision === 'approve') await ctx.publish(tx, toolPublished, told)
  if (decision === 'suspend') await ctx.publish(tx, toolPaused, told)
  return ok({ before: tool, listing: saved })
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
  await tellClosed(ctx, tx, job)
  return ok({ before: job, listing: saved })
}

const moderate: Readonly<Record<Kind, (ctx: Context, tx: Transaction, about: Case) => Decided>> = {
  GIG: (ctx, tx, { id, decision, reason }) => moderateGig(ctx, tx, { gigId: id, decision, reason }),
  JOB: moderateJob,
  TOOL: moderateTool,
}

/** Staff decide about something on the market; its owner is told. Needs the scope content:moderate. */
export const moderateListing = async (
  ctx: Context,
  decision: Decision,
  input: DecisionInput,
): Promise<Result<Listing>> => {
  const moderator = requireViewer(ctx)
  requireScope(moderator, 'content:moderate')
  const reason = reasonOf(decision, input)
  if (!reason.ok) return reason
  const found = await findListing(ctx, input.listingId)
  if (!found) throw notFound('Listing')
  refuseOwn(moderator, found.listing)
  const { kind } = found
  return transaction(ctx.db, async (tx) => {
    const decided = await moderate[kind](ctx, tx, { id: input.listingId, decision, reason: reason.value })
    if (!decided.ok) return decided
    const { before, listing } = decided.value
    const ownerId = ownerOf(before)
    const about = {
      listingId: input.listingId,
      kind,
      decision: DECIDED[decision],
      reason: reason.value,
    }
    const standing = { before: standingOf(before), after: standingOf(listing) }
    await noteDecision(ctx, tx, { ...about, ...standing, ownerId, moderatorId: moderator.id })
    await ctx.publish(tx, listingModerated, { ...about, ownerId, title: titleOf(listing) })
    return ok(listing)
  })
}
