import { requireRole, requireScope, requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, notFound, parseInput, type Result } from '@gigraph/shared/errors'
import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { proposalSubmitted } from '../events.ts'
import { noteApplied } from '../invitation/invitation-store.ts'
import { isOpen } from '../job/job.ts'
import { findJobForUpdate } from '../job/job-store.ts'
import { findOptional, findOptionalForUpdate, isInGoodStanding, maySell } from '../seller/seller-store.ts'
import { answersTo, newProposal, PROPOSALS_A_DAY, type Proposal } from './proposal.ts'
import { add, countSince } from './proposal-store.ts'

/** Applies for an open job; once per job. */
export const submitProposal = async (ctx: Context, raw: unknown): Promise<Result<Proposal>> => {
  const viewer = requireViewer(ctx)
  requireRole(viewer, 'FREELANCER')
  requireScope(viewer, 'proposals:write')
  const parsed = parseInput(newProposal, raw)
  if (!parsed.ok) return parsed
  const { jobId, coverLetter, bid, deliveryDays, milestones, answers } = parsed.value
  const now = ctx.clock.now()
  return transaction(ctx.db, async (tx) => {
    const job = await findJobForUpdate(tx, jobId)
    if (job.status === 'REMOVED') throw notFound('Job')
    if (job.clientId === viewer.id) return fail('NOT_ALLOWED', 'This job is your own.')
    if (!isOpen(job, now) || !isInGoodStanding(await findOptional(tx, job.clientId)))
      return fail('NOT_AVAILABLE', 'This job is no longer open.')
    const allowed = maySell(await findOptionalForUpdate(tx, viewer.id))
    if (!allowed.ok) return allowed
    if ((await countSince(tx, viewer.id, after(now, '-24h'))) >= PROPOSALS_A_DAY)
      return fail('LIMIT_EXCEEDED', `At most ${PROPOSALS_A_DAY} proposals within 24 hours; try again tomorrow.`)
    const answered = answersTo(job.questions, answers)
    if (!answered.ok) return answered
    const added = await add(tx, {
      id: ctx.makeId(),
      jobId: job.id,
      freelancerId: viewer.id,
      status: 'SUBMITTED',
      coverLetter,
      bidMinor: bid.amountMinor,
      currency: bid.currency,
      deliveryDays,
      milestones,
      answers: answered.value,
      createdAt: now,
      updatedAt: now,
    })
    if (!added.ok) return added
    await noteApplied(tx, added.value)
    await ctx.publish(tx, proposalSubmitted, {
      proposalId: added.value.id,
      jobId: job.id,
      freelancerId: viewer.id,
      clientId: job.clientId,
      jobTitle: job.title,
    })
    return added
  })
}
