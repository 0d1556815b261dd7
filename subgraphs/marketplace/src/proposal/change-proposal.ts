import { requireScopeOfKey, requireViewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { formatMoney } from '@gigraph/shared/money'
import type { MoneyInput } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import { jobFilled, proposalAccepted, proposalDeclined, proposalWithdrawn } from '../events.ts'
import { isOpen, type Job } from '../job/job.ts'
import { findJobForUpdate, saveJob } from '../job/job-store.ts'
import { findOptional, isInGoodStanding } from '../seller/seller-store.ts'
import {
  answersTo,
  nextStatus,
  type Proposal,
  type ProposalAction,
  type ProposalStatus,
  proposalChange,
} from './proposal.ts'
import { declineOthers, findForUpdate, findJobIdBy, save } from './proposal-store.ts'

interface Case {
  readonly job: Job
  readonly proposal: Proposal
  readonly status: ProposalStatus
}

/** Loads and locks a proposal with its job, checks who acts and whether that is possible now, then acts. */
const act = async (
  ctx: Context,
  { proposalId, action, by }: { proposalId: string; action: ProposalAction; by: 'freelancer' | 'client' },
  run: (tx: Transaction, about: Case) => Promise<Result<Proposal>>,
): Promise<Result<Proposal>> => {
  const viewer = requireViewer(ctx)
  return transaction(ctx.db, async (tx) => {
    // The job first: accepting one proposal writes the others, so two acceptances must not hold one each.
    const job = await findJobForUpdate(tx, await findJobIdBy(tx, proposalId))
    const proposal = await findForUpdate(tx, proposalId)
    const actor = by === 'freelancer' ? proposal.freelancerId : job.clientId
    // To everybody but its author and the job's owner it does not exist; the other of the two may see but not do this.
    if (viewer.id !== actor && viewer.id !== proposal.freelancerId && viewer.id !== job.clientId)
      throw notFound('Proposal')
    if (viewer.id !== actor) return fail('NOT_ALLOWED', `Only the ${by} can do this.`)
    requireScopeOfKey(viewer, by === 'client' ? 'jobs:write' : 'proposals:write')
    const status = nextStatus(proposal.status, action)
    if (!status.ok) return status
    if ((action === 'update' || action === 'accept') && !isOpen(job, ctx.clock.now()))
      return fail('NOT_AVAILABLE', 'This job is no longer open.')
    return run(tx, { job, proposal, status: status.value })
  })
}

const told = (job: Job, proposal: Proposal) => ({
  proposalId: proposal.id,
  jobId: job.id,
  freelancerId: proposal.freelancerId,
  clientId: job.clientId,
  jobTitle: job.title,
})

/** Replaces what the author proposed, while nothing is decided. */
export const updateProposal = async (ctx: Context, raw: unknown): Promise<Result<Proposal>> => {
  requireViewer(ctx)
  const parsed = parseInput(proposalChange, raw)
  if (!parsed.ok) return parsed
  const { proposalId, coverLetter, bid, deliveryDays, milestones, answers } = parsed.value
  return act(ctx, { proposalId, action: 'update', by: 'freelancer' }, async (tx, { job, proposal }) => {
    const answered = answersTo(job.questions, answers)
    if (!answered.ok) return answered
    const terms = { bidMinor: bid.amountMinor, currency: bid.currency, deliveryDays, milestones }
    const changes = { coverLetter, ...terms, answers: answered.value, updatedAt: ctx.clock.now() }
    return ok(await save(tx, proposal.id, changes))
  })
}

interface Which {
  readonly proposalId: string
}

export const withdrawProposal = (ctx: Context, { proposalId }: Which): Promise<Result<Proposal>> =>
  act(ctx, { proposalId, action: 'withdraw', by: 'freelancer' }, async (tx, { job, proposal, status }) => {
    await ctx.publish(tx, proposalWithdrawn, told(job, proposal))
    return ok(await save(tx, proposal.id, { status, updatedAt: ctx.clock.now() }))
  })

export const shortlistProposal = (ctx: Context, { proposalId }: Which): Promise<Result<Proposal>> =>
  act(ctx, { proposalId, action: 'shortlist', by: 'client' }, async (tx, { proposal, status }) =>
    ok(await save(tx, proposal.id, { status, updatedAt: ctx.clock.now() })),
  )

export const declineProposal = (ctx: Context, { proposalId }: Which): Promise<Result<Proposal>> =>
  act(ctx, { proposalId, action: 'decline', by: 'client' }, async (tx, { job, proposal, status }) => {
    await ctx.publish(tx, proposalDeclined, told(job, proposal))
    return ok(await save(tx, proposal.id, { status, updatedAt: ctx.clock.now() }))
  })

interface Accepted extends Which {
  /** The bid that the client has read. */
  readonly expectedBid?: MoneyInput | null | undefined
}

/** Fills the job: the other proposals are declined, and the client may order this one. */
export const acceptProposal = (ctx: Context, { proposalId, expectedBid }: Accepted): Promise<Result<Proposal>> =>
  act(ctx, { proposalId, action: 'accept', by: 'client' }, async (tx, { job, proposal, status }) => {
    const bid = { amountMinor: proposal.bidMinor, currency: proposal.currency }
    if (expectedBid && (expectedBid.amountMinor !== bid.amountMinor || expectedBid.currency !== bid.currency))
      return fail('CONFLICT', `The bid is ${formatMoney(bid)} by now; read the proposal again.`, {
        field: ['input', 'expectedBid'],
      })
    if (!isInGoodStanding(await findOptional(tx, proposal.freelancerId)))
      return fail('NOT_AVAILABLE', 'The freelancer cannot take orders now.')
    const now = ctx.clock.now()
    const accepted = await save(tx, proposal.id, { status, updatedAt: now })
    await saveJob(tx, job.id, { status: 'FILLED', filledBy: proposal.freelancerId, updatedAt: now })
    await ctx.publish(tx, proposalAccepted, told(job, proposal))
    const { id: jobId, clientId, title } = job
    await ctx.publish(tx, jobFilled, { jobId, clientId, title, freelancerId: proposal.freelancerId })
    for (const declined of await declineOthers(tx, job, now))
      await ctx.publish(tx, proposalDeclined, told(job, declined))
    return ok(accepted)
  })
