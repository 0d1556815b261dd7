import { bind, defineSubgraph } from '@gigraph/shared/service'
import { runReleaseFiles } from '@gigraph/shared/uploads'
import { categoryResolvers } from './category/resolvers.ts'
import { configuration } from './config.ts'
import type { Context } from './context.ts'
import { favouriteResolvers } from './favourite/resolvers.ts'
import { quoteGig } from './gig/quote-gig.ts'
import { gigResolvers } from './gig/resolvers.ts'
import { handlers } from './handlers/index.ts'
import * as internal from './internal.ts'
import { invitationResolvers } from './invitation/resolvers.ts'
import { expireListings, runExpireListings } from './job/expire.ts'
import { jobToTalkAbout } from './job/job-to-talk-about.ts'
import { jobResolvers } from './job/resolvers.ts'
import { listingResolvers } from './listing/resolvers.ts'
import { moderationResolvers } from './moderation/resolvers.ts'
import { quoteOffer } from './offer/quote-offer.ts'
import { offerResolvers } from './offer/resolvers.ts'
import { personalData } from './personal-data.ts'
import { rebuildProjections } from './projections/rebuild.ts'
import { quoteProposal } from './proposal/quote-proposal.ts'
import { proposalResolvers } from './proposal/resolvers.ts'
import { toolResolvers } from './tool/resolvers.ts'
import { toolTerms } from './tool/tool-terms.ts'
import { releaseFiles } from './upload/release-uploads.ts'

const { implementJob, implementProcedure } = bind<Context>()

/** What is on offer and what is wanted. */
export const marketplaceService = defineSubgraph({
  name: 'marketplace',
  folder: new URL('.', import.meta.url),
  configuration,
  calls: ['profiles'],
  personalData,
  resolvers: [
    categoryResolvers,
    gigResolvers,
    listingResolvers,
    favouriteResolvers,
    jobResolvers,
    invitationResolvers,
    proposalResolvers,
    offerResolvers,
    toolResolvers,
    moderationResolvers,
  ],
  handlers,
  appendOnlyTables: ['decisions'],
  projections: rebuildProjections,
  jobs: [implementJob(expireListings, runExpireListings), implementJob(releaseFiles, runReleaseFiles)],
  procedures: [
    implementProcedure(internal.quoteGig, quoteGig),
    implementProcedure(internal.quoteProposal, quoteProposal),
    implementProcedure(internal.quoteOffer, quoteOffer),
    implementProcedure(internal.jobToTalkAbout, jobToTalkAbout),
    implementProcedure(internal.toolTerms, toolTerms),
  ],
})
