import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { payload } from '@gigraph/shared/errors'
import type { Resolvers } from '../__generated__/schema.ts'
import { addRole } from './add-role.ts'
import { findPublicUser, loadUser } from './find-public-user.ts'
import { listUsers } from './list-users.ts'
import { findOwnUser } from './own-user.ts'
import { register } from './register.ts'
import { resendVerificationEmail } from './resend-verification-email.ts'
import { updateAccount } from './update-account.ts'
import { statusOf } from './user.ts'
import { verifyEmail } from './verify-email.ts'

export const userResolvers: Resolvers = {
  Query: {
    viewer: (_, __, ctx) => (ctx.viewer ? { id: ctx.viewer.id } : null),
    user: (_, args, ctx) => findPublicUser(ctx, args),
    users: (_, args, ctx) => listUsers(ctx, args),
  },
  Mutation: {
    register: async (_, { input }, ctx) => payload('email', await register(ctx, input)),
    verifyEmail: async (_, { input }, ctx) => payload('user', await verifyEmail(ctx, input)),
    resendVerificationEmail: async (_, { input }, ctx) => payload('email', await resendVerificationEmail(ctx, input)),
    addRole: async (_, { input }, ctx) => payload('viewer', await addRole(ctx, input)),
    updateAccount: async (_, { input }, ctx) => payload('viewer', await updateAccount(ctx, input)),
  },
  User: {
    __resolveReference: ({ id }, ctx) => loadUser(ctx, id),
    account: (user, _, ctx) => {
      requireScope(requireViewer(ctx), 'users:read')
      return user
    },
  },
  Viewer: {
    __resolveReference: ({ id }, ctx) => (ctx.viewer?.id === id ? { id } : null),
    user: ({ id }, _, ctx) => findOwnUser(ctx, id),
    account: ({ id }, _, ctx) => findOwnUser(ctx, id),
    scopes: (_, __, ctx) => [...(ctx.viewer?.scopes ?? [])],
  },
  Account: {
    emailVerified: (user) => user.emailVerifiedAt !== null,
    status: (user, _, ctx) => statusOf(user, ctx.clock.now()),
  },
}
