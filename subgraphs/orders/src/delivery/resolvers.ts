import { payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import { loadPrivateFiles } from '@gigraph/shared/uploads'
import type { Resolvers } from '../__generated__/schema.ts'
import { acceptDelivery } from './accept-delivery.ts'
import { deliverOrder } from './deliver-order.ts'
import { deliveriesOfOrder } from './delivery-store.ts'
import { requestRevision } from './request-revision.ts'

export const deliveryResolvers: Resolvers = {
  Mutation: {
    deliverOrder: async (_, { input }, ctx) => payload('order', await deliverOrder(ctx, input)),
    acceptDelivery: async (_, { input }, ctx) => payload('order', await acceptDelivery(ctx, input)),
    requestRevision: async (_, { input }, ctx) => payload('order', await requestRevision(ctx, input)),
  },
  Order: {
    deliveries: async ({ id }, _, ctx) => (await load(ctx, deliveriesOfOrder, id)) ?? [],
  },
  // Whoever sees the order sees these: they hang on nothing else.
  OrderDelivery: { files: ({ uploadIds }, _, ctx) => loadPrivateFiles(ctx, uploadIds) },
}
