import { payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import { verifyAccessToken } from '../token/verify-access-token.ts'
import { logout } from './logout.ts'
import { logoutEverywhere } from './logout-everywhere.ts'
import { refreshSession } from './refresh-session.ts'
import { requirePerson } from './require-session.ts'
import { revokeSession } from './revoke-session.ts'
import { deviceOf } from './session.ts'
import { sessionsByUser } from './session-store.ts'

export const sessionResolvers: Resolvers = {
  Query: {
    verifyAccessToken: (_, { token }, ctx) => verifyAccessToken(ctx, token),
  },
  Mutation: {
    refreshSession: async (_, { input }, ctx) => payload('tokens', await refreshSession(ctx, input ?? {})),
    logout: async (_, { input }, ctx) => payload('loggedOut', await logout(ctx, input ?? {})),
    revokeSession: async (_, { input }, ctx) => payload('session', await revokeSession(ctx, input)),
    logoutEverywhere: async (_, { input }, ctx) => payload('endedSessions', await logoutEverywhere(ctx, input ?? {})),
  },
  Viewer: {
    sessions: async (_, __, ctx) => (await load(ctx, sessionsByUser, requirePerson(ctx).id)) ?? [],
  },
  Account: {
    // One's own are for the person alone, on this way too; others' need the scope of `User.account`.
    sessions: async ({ id }, _, ctx) => {
      if (id === ctx.viewer?.id) requirePerson(ctx)
      return (await load(ctx, sessionsByUser, id)) ?? []
    },
  },
  Session: {
    device: ({ userAgent }) => deviceOf(userAgent),
    current: ({ id }, _, ctx) => ctx.viewer?.sessionId === id,
  },
}
