import { requireViewer } from '@gigraph/shared/auth'
import { payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import type { Job } from '../job/job.ts'
import { jobById } from '../job/job-store.ts'
import {
  acceptProposal,
  declineProposal,
  shortlistProposal,
  updateProposal,
  withdrawProposal,
} from './change-proposal.ts'
import type { Proposal } from './proposal.ts'
import { listOfFreelancer, proposalById } from './proposal-store.ts'
import { submitProposal } from './submit-proposal.ts'

const jobOf = async (ctx: Context, proposal: Proposal): Promise<Job> => {
  const job = await load(ctx, jobById, proposal.jobId)
  if (!job) throw new Error(`the proposal ${proposal.id} lacks its job`)
  return job
}

/** A proposal exists for its author and the job's client only. */
const findVisible = async (ctx: Context, id: string): Promise<Proposal | null> => {
  const proposal = await load(ctx, proposalById, id)
  if (!proposal || !ctx.viewer) return null
  if (proposal.freelancerId === ctx.viewer.id) return proposal
  return (await jobOf(ctx, proposal)).clientId === ctx.viewer.id ? proposal : null
}

export const proposalResolvers: Resolvers = {
  Query: {
    proposal: (_, { id }, ctx) => {
      requireViewer(ctx)
      return findVisible(ctx, id)
    },
  },
  Mutation: {
    submitProposal: async (_, { input }, ctx) => payload('proposal', await submitProposal(ctx, input)),
    updateProposal: async (_, { input }, ctx) => payload('proposal', await updateProposal(ctx, input)),
    withdrawProposal: async (_, { input }, ctx) => payload('proposal', await withdrawProposal(ctx, input)),
    shortlistProposal: async (_, { input }, ctx) => payload('proposal', await shortlistProposal(ctx, input)),
    declineProposal: async (_, { input }, ctx) => payload('proposal', await declineProposal(ctx, input)),
    acceptProposal: async (_, { input }, ctx) => payload('proposal', await acceptProposal(ctx, input)),
  },
  Viewer: { proposals: ({ id }, args, ctx) => listOfFreelancer(ctx, id, args) },
  Proposal: {
    __resolveReference: ({ id }, ctx) => findVisible(ctx, id),
    job: (proposal, _, ctx) => jobOf(ctx, proposal),
    freelancer: ({ freelancerId }) => ({ id: freelancerId }),
    bid: ({ bidMinor, currency }) => ({ amountMinor: bidMinor, currency }),
  },
}
