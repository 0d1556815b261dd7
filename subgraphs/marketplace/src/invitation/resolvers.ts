import { payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import { jobById } from '../job/job-store.ts'
import { declineInvitation, withdrawInvitation } from './answer-invitation.ts'
import type { Invitation } from './invitation.ts'
import { invitationById, listOf, listOfJob, ownByJob } from './invitation-store.ts'
import { inviteFreelancer } from './invite-freelancer.ts'

/** An invitation exists for its two sides only. */
const visible = (ctx: Context, invitation: Invitation | null): Invitation | null =>
  invitation && ctx.viewer && [invitation.freelancerId, invitation.clientId].includes(ctx.viewer.id) ? invitation : null

export const invitationResolvers: Resolvers = {
  Mutation: {
    inviteFreelancer: async (_, { input }, ctx) => payload('invitation', await inviteFreelancer(ctx, input)),
    withdrawInvitation: async (_, { input }, ctx) => payload('invitation', await withdrawInvitation(ctx, input)),
    declineInvitation: async (_, { input }, ctx) => payload('invitation', await declineInvitation(ctx, input)),
  },
  Viewer: { invitations: ({ id }, args, ctx) => listOf(ctx, id, args) },
  Job: {
    invitations: ({ id, clientId }, args, ctx) => (ctx.viewer?.id === clientId ? listOfJob(ctx, id, args) : null),
    viewerInvitation: ({ id }, _, ctx) => load(ctx, ownByJob, id),
  },
  Invitation: {
    __resolveReference: async ({ id }, ctx) => visible(ctx, await load(ctx, invitationById, id)),
    job: async (invitation, _, ctx) => {
      const job = await load(ctx, jobById, invitation.jobId)
      if (!job) throw new Error(`the invitation ${invitation.id} lacks its job`)
      return job
    },
    client: ({ clientId }) => ({ id: clientId }),
    freelancer: ({ freelancerId }) => ({ id: freelancerId }),
  },
}
