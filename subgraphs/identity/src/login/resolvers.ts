import { payload } from '@gigraph/shared/errors'
import type { Resolvers } from '../__generated__/schema.ts'
import { login } from './login.ts'
import { resendMfaCode } from './resend-mfa-code.ts'
import { verifyMfa } from './verify-mfa.ts'

export const loginResolvers: Resolvers = {
  Mutation: {
    login: async (_, { input }, ctx) => {
      const result = await login(ctx, input)
      return result.ok
        ? { ...result.value, userErrors: [] }
        : { challenge: null, tokens: null, userErrors: result.errors }
    },
    verifyMfa: async (_, { input }, ctx) => {
      const result = await verifyMfa(ctx, input)
      return result.ok
        ? { ...result.value, userErrors: [] }
        : { tokens: null, deviceToken: null, userErrors: result.errors }
    },
    resendMfaCode: async (_, { input }, ctx) => payload('challenge', await resendMfaCode(ctx, input)),
  },
}
