import { payload } from '@gigraph/shared/errors'
import type { Resolvers } from '../__generated__/schema.ts'
import { findListing, moderateListing } from './moderate-listing.ts'
import { listingReports, moderationQueue, toolModerationQueue } from './moderation-queue.ts'

export const moderationResolvers: Resolvers = {
  Query: {
    moderationQueue: (_, args, ctx) => moderationQueue(ctx, args),
    toolModerationQueue: (_, args, ctx) => toolModerationQueue(ctx, args),
    listingReports: (_, args, ctx) => listingReports(ctx, args),
  },
  Mutation: {
    approveListing: async (_, { input }, ctx) => payload('listing', await moderateListing(ctx, 'approve', input)),
    rejectListing: async (_, { input }, ctx) => payload('listing', await moderateListing(ctx, 'reject', input)),
    suspendListing: async (_, { input }, ctx) => payload('listing', await moderateListing(ctx, 'suspend', input)),
  },
  Listing: {
    __resolveType: (listing) => ('shown' in listing ? 'Gig' : 'clientId' in listing ? 'Job' : 'Tool'),
  },
  ListingReport: {
    listing: async ({ listingId }, _, ctx) => (await findListing(ctx, listingId))?.listing ?? null,
    reporter: ({ reporterId }) => ({ id: reporterId }),
  },
}
