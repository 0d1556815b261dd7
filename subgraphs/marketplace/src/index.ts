import { bind, defineSubgraph } from '@gigraph/shared/service'
import { categoryResolvers } from './category/resolvers.ts'
import { configuration } from './config.ts'
import type { Context } from './context.ts'
import { quoteGig } from './gig/quote-gig.ts'
import { gigResolvers } from './gig/resolvers.ts'
import { handlers } from './handlers/index.ts'
import * as internal from './internal.ts'
import { listingResolvers } from './listing/resolvers.ts'
import { moderationResolvers } from './moderation/resolvers.ts'

const { implementProcedure } = bind<Context>()

/** What is on offer and what is wanted. */
export const marketplaceService = defineSubgraph({
  name: 'marketplace',
  folder: new URL('.', import.meta.url),
  configuration,
  resolvers: [categoryResolvers, gigResolvers, listingResolvers, moderationResolvers],
  handlers,
  procedures: [implementProcedure(internal.quoteGig, quoteGig)],
})
