export type { PrivateFile } from '@gigraph/shared/uploads'

/** What resolvers get as parents: domain types under the names of the graph's types. */
export type { Delivery as OrderDelivery } from './delivery/delivery-store.ts'
export type { DisputeOfOrder as OrderDispute } from './dispute/resolvers.ts'
export type { ChangeRequest as OrderChangeRequest, Milestone as OrderMilestone, Order } from './order/order.ts'
export type { StateCount as OrderStateCount } from './order/order-counts.ts'
export type { AnsweredRequirement as OrderRequirement } from './order/requirements.ts'
export type { EntryOfOrder as OrderTimelineEntry } from './timeline/resolvers.ts'
export interface User {
  readonly id: string
}
export interface Viewer {
  readonly id: string
}
export interface Gig {
  readonly id: string
}
export interface Proposal {
  readonly id: string
}
export interface CustomOffer {
  readonly id: string
}
