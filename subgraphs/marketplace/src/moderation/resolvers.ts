import { payload } from '@gigraph/shared/errors'
import type { Resolvers } from '../__generated__/schema.ts'
import { moderateGig } from './moderate-gig.ts'
import { moderationQueue } from './moderation-queue.ts'

export const moderationResolvers: Resolvers = {
  Query: { moderationQueue: (_, args, ctx) => moderationQueue(ctx, args) },
  Mutation: {
    approveListing: async (_, { input }, ctx) => payload('gig', await moderateGig(ctx, 'approve', input)),
    rejectListing: async (_, { input }, ctx) => payload('gig', await moderateGig(ctx, 'reject', input)),
    suspendListing: async (_, { input }, ctx) => payload('gig', await moderateGig(ctx, 'suspend', input)),
  },
}
