export type { ClientProfile } from './client/client.ts'
export type { FreelancerProfile } from './freelancer/freelancer.ts'

/** Only the id: the gateway joins the rest of a user. */
export interface User {
  readonly id: string
}
/** Whose private things these are. */
export interface Viewer {
  readonly id: string
}
