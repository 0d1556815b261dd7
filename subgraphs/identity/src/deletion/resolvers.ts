import { payload } from '@gigraph/shared/errors'
import type { Resolvers } from '../__generated__/schema.ts'
import { cancelAccountDeletion, deleteAccount } from './delete-account.ts'

export const deletionResolvers: Resolvers = {
  Mutation: {
    deleteAccount: async (_, { input }, ctx) => payload('deletionDueAt', await deleteAccount(ctx, input)),
    cancelAccountDeletion: async (_, __, ctx) => payload('viewer', await cancelAccountDeletion(ctx)),
  },
}
