export type { ClientProfile } from './client/client.ts'
export type { FreelancerProfile } from './freelancer/freelancer.ts'
export type { FoundFreelancers as FreelancerProfileConnection } from './freelancer/search-freelancers.ts'

/** Only the id: the gateway joins the rest of a user. */
export interface User {
  readonly id: string
}
/** Whose private things these are. */
export interface Viewer {
  readonly id: string
}
export type {
  Entry as Certification,
  Entry as Education,
  Entry as Experience,
  Entry as PortfolioItem,
} from './entry/entry.ts'
export type { Upload as Image, Upload as PrivateFile, Upload } from './upload/upload.ts'
