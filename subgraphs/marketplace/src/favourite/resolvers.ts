import { payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import { favourite, isFavourite, listFavourites, unfavourite } from './favourite.ts'
import { reportListing } from './report-listing.ts'

export const favouriteResolvers: Resolvers = {
  Mutation: {
    favourite: async (_, { input }, ctx) => payload('gig', await favourite(ctx, input)),
    unfavourite: async (_, { input }, ctx) => payload('gig', await unfavourite(ctx, input)),
    reportListing: async (_, { input }, ctx) => payload('reported', await reportListing(ctx, input)),
  },
  Viewer: { favourites: ({ id }, args, ctx) => listFavourites(ctx, id, args) },
  Gig: { isFavourite: async ({ id }, _, ctx) => (await load(ctx, isFavourite, id)) ?? false },
}
