import { payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import { logout } from './logout.ts'
import { refreshSession } from './refresh-session.ts'
import { deviceOf } from './session.ts'
import { sessionsByUser } from './session-store.ts'

export const sessionResolvers: Resolvers = {
  Mutation: {
    refreshSession: async (_, { input }, ctx) => payload('tokens', await refreshSession(ctx, input)),
    logout: async (_, { input }, ctx) => payload('loggedOut', await logout(ctx, input ?? {})),
  },
  Viewer: {
    sessions: async ({ id }, _, ctx) => (await load(ctx, sessionsByUser, id)) ?? [],
  },
  Account: {
    sessions: async ({ id }, _, ctx) => (await load(ctx, sessionsByUser, id)) ?? [],
  },
  Session: {
    device: ({ userAgent }) => deviceOf(userAgent),
    current: ({ id }, _, ctx) => ctx.viewer?.sessionId === id,
  },
}
