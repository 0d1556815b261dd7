import { identityService } from '@gigraph/identity'
import { marketplaceService } from '@gigraph/marketplace'
import { messagingService } from '@gigraph/messaging'
import { ordersService } from '@gigraph/orders'
import { paymentsService } from '@gigraph/payments'
import { profilesService } from '@gigraph/profiles'
import { reviewsService } from '@gigraph/reviews'
import type { ServiceName } from './service-names.ts'

export { type ServiceName, serviceNames } from './service-names.ts'

/** Every subgraph service by its name. */
export const services = {
  identity: identityService,
  profiles: profilesService,
  marketplace: marketplaceService,
  orders: ordersService,
  payments: paymentsService,
  messaging: messagingService,
  reviews: reviewsService,
} as const satisfies Record<ServiceName, unknown>
