export type { Category } from './category/category.ts'
export type { Gig, GigVersion as GigChange } from './gig/gig.ts'

/** Only the id: profiles has the picture. */
export interface Image {
  readonly id: string
}
/** Only the id: the gateway joins the rest of a user. */
export interface User {
  readonly id: string
}
/** Whose private things these are. */
export interface Viewer {
  readonly id: string
}
export type { Invitation } from './invitation/invitation.ts'
export type { Job } from './job/job.ts'
export type { FoundJobs as JobSearchConnection } from './job/search-jobs.ts'
export type { GigFacets } from './listing/facets.ts'
export type { Found as GigSearchConnection } from './listing/search-gigs.ts'
export type { ListingDecision } from './moderation/decision-store.ts'
export type { ListingReport } from './moderation/moderation-queue.ts'
export type { Offer as CustomOffer } from './offer/offer.ts'
export type { Proposal } from './proposal/proposal.ts'
export type { Tool } from './tool/tool.ts'
