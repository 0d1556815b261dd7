import { identityService } from '@gigraph/identity'
import { marketplaceService } from '@gigraph/marketplace'
import { messagingService } from '@gigraph/messaging'
import { ordersService } from '@gigraph/orders'
import { paymentsService } from '@gigraph/payments'
import { profilesService } from '@gigraph/profiles'
import { reviewsService } from '@gigraph/reviews'

/** Every subgraph service, in the order of their usual ports. */
export const services = {
  identity: identityService,
  profiles: profilesService,
  marketplace: marketplaceService,
  orders: ordersService,
  payments: paymentsService,
  messaging: messagingService,
  reviews: reviewsService,
} as const

export type ServiceName = keyof typeof services

export const serviceNames = Object.keys(services) as ServiceName[]
