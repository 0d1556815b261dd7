import { payload } from '@gigraph/shared/errors'
import type { Resolvers } from '../__generated__/schema.ts'
import { submitClientVerification, verificationQueue, verifyClient } from './verify-client.ts'

export const verificationResolvers: Resolvers = {
  Query: { verificationQueue: (_, args, ctx) => verificationQueue(ctx, args) },
  Mutation: {
    submitClientVerification: async (_, { input }, ctx) =>
      payload('clientProfile', await submitClientVerification(ctx, input)),
    verifyClient: async (_, { input }, ctx) => payload('clientProfile', await verifyClient(ctx, input)),
  },
}
