import { payload } from '@gigraph/shared/errors'
import type { Resolvers } from '../__generated__/schema.ts'
import { confirmEmailChange } from './confirm-email-change.ts'
import { requestEmailChange } from './request-email-change.ts'

export const emailResolvers: Resolvers = {
  Mutation: {
    requestEmailChange: async (_, { input }, ctx) => payload('email', await requestEmailChange(ctx, input)),
    confirmEmailChange: async (_, { input }, ctx) => payload('viewer', await confirmEmailChange(ctx, input)),
  },
}
