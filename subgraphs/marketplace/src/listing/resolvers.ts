import { badUserInput } from '@gigraph/shared/errors'
import { asksFor, load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import { gigBySlug } from '../gig/gig-store.ts'
import type { Spread } from './facets.ts'
import { relatedGigs } from './related-gigs.ts'
import { type Found, searchGigs } from './search-gigs.ts'
import { suggest } from './suggest.ts'

/** Counted with the page, because the selection asks for it: see `asksFor`. */
const spreadOf = ({ spread }: Found): Spread => {
  if (!spread) throw new Error('the matches were not counted')
  return spread
}

export const listingResolvers: Resolvers = {
  Query: {
    searchGigs: (_, args, ctx, info) => searchGigs(ctx, args, asksFor(info, ['totalCount', 'facets'])),
    suggest: (_, { prefix, first }, ctx) => suggest(ctx, prefix, first),
    relatedGigs: async (_, { gigId, slug, first }, ctx) => {
      if ((gigId == null) === (slug == null)) throw badUserInput('Pass either gigId or slug.', 'gigId')
      const id = gigId ?? (await load(ctx, gigBySlug, slug ?? ''))?.id
      return id ? relatedGigs(ctx, id, first) : []
    },
  },
  GigSearchConnection: {
    totalCount: (found) => spreadOf(found).totalCount,
    facets: (found) => spreadOf(found).facets,
  },
}
