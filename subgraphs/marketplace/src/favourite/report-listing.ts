import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { listingReported } from '../events.ts'
import { gigById } from '../gig/gig-store.ts'
import { seesGig } from '../gig/policy.ts'
import { jobById } from '../job/job-store.ts'
import { visibleJob } from '../job/visible-job.ts'
import { refuseErased } from '../seller/seller-store.ts'
import { reports } from '../tables.ts'
import { visibleTool } from '../tool/resolvers.ts'
import { toolById } from '../tool/tool-store.ts'

const input = z.object({
  listingId: z.string(),
  reason: z
    .string()
    .trim()
    .min(10, { error: 'Say in at least 10 characters what is wrong.' })
    .max(1_000, { error: 'Say it in at most 1,000 characters.' }),
})

const kindOf = async (ctx: Context, id: string): Promise<'GIG' | 'JOB' | 'TOOL'> => {
  const gig = await load(ctx, gigById, id)
  if (gig && seesGig(ctx.viewer, gig, gig.sellerInGoodStanding)) return 'GIG'
  if (visibleJob(ctx, await load(ctx, jobById, id))) return 'JOB'
  if (visibleTool(ctx, await load(ctx, toolById, id))) return 'TOOL'
  throw notFound('Listing')
}

/** Tells staff about something that the viewer sees on offer; once per person and thing. */
export const reportListing = async (ctx: Context, raw: unknown): Promise<Result<boolean>> => {
  const { id: reporterId } = requireViewer(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { listingId, reason } = parsed.value
  const kind = await kindOf(ctx, listingId)
  return transaction(ctx.db, async (tx) => {
    await refuseErased(tx, reporterId)
    const added = await tx
      .insert(reports)
      .values({ id: ctx.makeId(), listingId, kind, reporterId, reason, createdAt: ctx.clock.now() })
      .onConflictDoNothing()
      .returning()
    if (added.length === 0) return fail('ALREADY_EXISTS', 'You have reported this already.')
    await ctx.publish(tx, listingReported, { listingId, kind, reporterId })
    return ok(true)
  })
}
