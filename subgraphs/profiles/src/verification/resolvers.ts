import { payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import { seesPrivate } from '../client/resolvers.ts'
import { documentById } from '../upload/upload-store.ts'
import { clientProfilesOf, verificationQueue } from './list-clients.ts'
import { submitClientVerification } from './submit-client-verification.ts'
import { verifyClient } from './verify-client.ts'

export const verificationResolvers: Resolvers = {
  Query: {
    verificationQueue: (_, args, ctx) => verificationQueue(ctx, args),
    clientProfiles: (_, args, ctx) => clientProfilesOf(ctx, args),
  },
  Mutation: {
    submitClientVerification: async (_, { input }, ctx) =>
      payload('clientProfile', await submitClientVerification(ctx, input)),
    verifyClient: async (_, { input }, ctx) => payload('clientProfile', await verifyClient(ctx, input)),
  },
  ClientProfile: {
    verificationDocuments: async (profile, _, ctx) => {
      if (!seesPrivate(ctx, profile)) return null
      const found = await Promise.all(profile.verificationDocumentIds.map((id) => load(ctx, documentById, id)))
      return found.filter((document) => document !== null)
    },
  },
}
