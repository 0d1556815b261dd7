import { payload } from '@gigraph/shared/errors'
import type { Resolvers } from '../__generated__/schema.ts'
import { inFull } from '../order/resolvers.ts'
import { acceptMilestone } from './accept-milestone.ts'
import { deliverMilestone } from './deliver-milestone.ts'

export const milestoneResolvers: Resolvers = {
  Mutation: {
    deliverMilestone: async (_, { input }, ctx) => payload('order', await deliverMilestone(ctx, input)),
    acceptMilestone: async (_, { input }, ctx) => payload('order', await acceptMilestone(ctx, input)),
  },
  Order: {
    milestones: async (order, _, ctx) => (await inFull(ctx, order)).milestones,
  },
}
