import { payload, type Result } from '@gigraph/shared/errors'
import type { Resolvers } from '../__generated__/schema.ts'
import { requirePerson } from '../session/require-session.ts'
import { listApiKeys } from './api-key-store.ts'
import { createApiKey, type NewApiKey } from './create-api-key.ts'
import { revokeApiKey } from './revoke-api-key.ts'
import { rotateApiKey } from './rotate-api-key.ts'

const newKeyPayload = (result: Result<NewApiKey>) =>
  result.ok ? { ...result.value, userErrors: [] } : { apiKey: null, secret: null, userErrors: [...result.errors] }

export const apiKeyResolvers: Resolvers = {
  Mutation: {
    createApiKey: async (_, { input }, ctx) => newKeyPayload(await createApiKey(ctx, input)),
    rotateApiKey: async (_, { input }, ctx) => newKeyPayload(await rotateApiKey(ctx, input)),
    revokeApiKey: async (_, { input }, ctx) => payload('apiKey', await revokeApiKey(ctx, input)),
  },
  Viewer: {
    apiKeys: (_, __, ctx) => listApiKeys(ctx.db, requirePerson(ctx).id),
  },
}
