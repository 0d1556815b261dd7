import { requireViewer } from '@gigraph/shared/auth'
import { payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import { billingDetailsOfUsers } from './billing-store.ts'
import { setBillingDetails } from './set-billing-details.ts'

export const billingResolvers: Resolvers = {
  Mutation: {
    setBillingDetails: async (_, { input }, ctx) => payload('billingDetails', await setBillingDetails(ctx, input)),
  },

  Viewer: { billingDetails: (_, __, ctx) => load(ctx, billingDetailsOfUsers, requireViewer(ctx).id) },
}
