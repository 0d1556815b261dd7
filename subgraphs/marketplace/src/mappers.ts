export type { Category } from './category/category.ts'
export type { Gig, GigVersion as GigChange } from './gig/gig.ts'

/** Only the id: the gateway joins the rest of a user. */
export interface User {
  readonly id: string
}
/** Whose private things these are. */
export interface Viewer {
  readonly id: string
}
export type { GigFacets } from './listing/facets.ts'
export type { Found as GigSearchConnection } from './listing/search-gigs.ts'
