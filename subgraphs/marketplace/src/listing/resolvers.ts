import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import { countMatches, type Spread } from './facets.ts'
import { relatedGigs } from './related-gigs.ts'
import { type Found, searchGigs } from './search-gigs.ts'
import { suggest } from './suggest.ts'

/** One count for `totalCount` and `facets` of the same search. */
const spreadOf = async (ctx: Context, found: Found): Promise<Spread> =>
  (await load(ctx, countEach, found)) ?? countMatches(ctx.db, found.wanted)

const countEach = async (ctx: Context, searches: readonly Found[]): Promise<Map<Found, Spread>> => {
  const counted = new Map<Found, Spread>()
  for (const search of searches) counted.set(search, await countMatches(ctx.db, search.wanted))
  return counted
}

export const listingResolvers: Resolvers = {
  Query: {
    searchGigs: (_, args, ctx) => searchGigs(ctx, args),
    suggest: (_, { prefix, first }, ctx) => suggest(ctx, prefix, first),
    relatedGigs: (_, { gigId, first }, ctx) => relatedGigs(ctx, gigId, first),
  },
  GigSearchConnection: {
    totalCount: async (found, _, ctx) => (await spreadOf(ctx, found)).totalCount,
    facets: async (found, _, ctx) => (await spreadOf(ctx, found)).facets,
  },
}
