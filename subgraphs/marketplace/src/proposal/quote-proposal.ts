import { load } from '@gigraph/shared/graphql'
import { after } from '@gigraph/shared/time'
import type { z } from 'zod'
import type { Context } from '../context.ts'
import type { quoteProposal as procedure } from '../internal.ts'
import { jobById } from '../job/job-store.ts'
import { findOptional, isInGoodStanding } from '../seller/seller-store.ts'
import { HOLDS_FOR } from './proposal.ts'
import { proposalById } from './proposal-store.ts'

/** The terms of an accepted proposal, for the job's owner; changes are unlimited within what the job describes. */
export const quoteProposal = async (
  ctx: Context,
  { proposalId, buyerId }: z.output<typeof procedure.input>,
): Promise<z.output<typeof procedure.output>> => {
  const proposal = await load(ctx, proposalById, proposalId)
  const job = proposal && (await load(ctx, jobById, proposal.jobId))
  if (!proposal || !job || job.clientId !== buyerId) return { available: false, reason: 'There is no such proposal.' }
  if (proposal.status !== 'ACCEPTED') return { available: false, reason: 'Accept the proposal first.' }
  // Nothing changes an accepted proposal any more: it was accepted then.
  if (ctx.clock.now() >= after(proposal.updatedAt, HOLDS_FOR))
    return { available: false, reason: 'It was accepted more than 30 days ago: ask the freelancer for a custom offer.' }
  if (!isInGoodStanding(await findOptional(ctx.db, proposal.freelancerId)))
    return { available: false, reason: 'The freelancer cannot take orders now.' }
  const price = { amountMinor: proposal.bidMinor, currency: proposal.currency }
  return {
    available: true,
    terms: {
      sellerId: proposal.freelancerId,
      gigId: null,
      gigVersion: null,
      title: job.title,
      description: job.description,
      price,
      lines: [{ title: job.title, quantity: 1, amount: price }],
      deliveryDays: proposal.deliveryDays,
      revisions: null,
      requirements: [],
      milestones: proposal.milestones.map((milestone) => ({ ...milestone })),
    },
  }
}
