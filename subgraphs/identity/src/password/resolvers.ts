import { payload } from '@gigraph/shared/errors'
import type { Resolvers } from '../__generated__/schema.ts'
import { changePassword } from './change-password.ts'
import { requestPasswordReset } from './request-password-reset.ts'
import { resetPassword } from './reset-password.ts'

export const passwordResolvers: Resolvers = {
  Mutation: {
    requestPasswordReset: async (_, { input }, ctx) => payload('email', await requestPasswordReset(ctx, input)),
    resetPassword: async (_, { input }, ctx) => payload('user', await resetPassword(ctx, input)),
    changePassword: async (_, { input }, ctx) => payload('viewer', await changePassword(ctx, input)),
  },
}
