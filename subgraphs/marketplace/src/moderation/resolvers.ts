import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { payload } from '@gigraph/shared/errors'
import type { Resolvers } from '../__generated__/schema.ts'
import { listDecisions } from './decision-store.ts'
import { dismissReports } from './dismiss-reports.ts'
import { editListing } from './edit-listing.ts'
import { findListing } from './find-listing.ts'
import { moderateListing } from './moderate-listing.ts'
import { listingReports, moderationQueue, toolModerationQueue } from './moderation-queue.ts'

export const moderationResolvers: Resolvers = {
  Query: {
    moderationQueue: (_, args, ctx) => moderationQueue(ctx, args),
    toolModerationQueue: (_, args, ctx) => toolModerationQueue(ctx, args),
    listingReports: (_, args, ctx) => listingReports(ctx, args),
    listingDecisions: (_, { listingId, ...args }, ctx) => {
      requireScope(requireViewer(ctx), 'content:moderate')
      return listDecisions(ctx, listingId, args)
    },
  },
  Mutation: {
    approveListing: async (_, { input }, ctx) => payload('listing', await moderateListing(ctx, 'approve', input)),
    rejectListing: async (_, { input }, ctx) => payload('listing', await moderateListing(ctx, 'reject', input)),
    editListing: async (_, { input }, ctx) => payload('listing', await editListing(ctx, { ...input })),
    dismissReports: async (_, { input }, ctx) => payload('dismissed', await dismissReports(ctx, input)),
    suspendListing: async (_, { input }, ctx) => payload('listing', await moderateListing(ctx, 'suspend', input)),
  },
  Listing: {
    __resolveType: (listing) => ('shown' in listing ? 'Gig' : 'clientId' in listing ? 'Job' : 'Tool'),
  },
  ListingReport: {
    listing: async ({ listingId }, _, ctx) => (await findListing(ctx, listingId))?.listing ?? null,
    reporter: ({ reporterId }) => ({ id: reporterId }),
  },
  ListingDecision: { moderator: ({ moderatorId }) => ({ id: moderatorId }) },
}
