import { payload } from '@gigraph/shared/errors'
import type { Resolvers } from '../__generated__/schema.ts'
import { inFull } from '../order/resolvers.ts'
import { answerCancellation } from './answer-cancellation.ts'
import { answerExtension } from './answer-extension.ts'
import { requestCancellation } from './request-cancellation.ts'
import { requestExtension } from './request-extension.ts'
import { withdrawCancellation } from './withdraw-cancellation.ts'
import { withdrawExtension } from './withdraw-extension.ts'

export const requestResolvers: Resolvers = {
  Mutation: {
    requestCancellation: async (_, { input }, ctx) => payload('order', await requestCancellation(ctx, input)),
    withdrawCancellation: async (_, { input }, ctx) => payload('order', await withdrawCancellation(ctx, input)),
    answerCancellation: async (_, { input }, ctx) => payload('order', await answerCancellation(ctx, input)),
    requestExtension: async (_, { input }, ctx) => payload('order', await requestExtension(ctx, input)),
    withdrawExtension: async (_, { input }, ctx) => payload('order', await withdrawExtension(ctx, input)),
    answerExtension: async (_, { input }, ctx) => payload('order', await answerExtension(ctx, input)),
  },
  Order: {
    changeRequests: async (order, _, ctx) => (await inFull(ctx, order)).requests,
  },
}
