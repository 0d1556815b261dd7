import { payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import { userById } from '../user/user-store.ts'
import { acceptInvitation } from './accept-invitation.ts'
import { type AuditAction, listAuditEntries } from './audit-store.ts'
import { createAdmin, inviteStaff } from './create-staff.ts'
import { forceLogout } from './force-logout.ts'
import { reinstateUser } from './reinstate-user.ts'
import { setUserRoles } from './set-user-roles.ts'
import { suspendUser } from './suspend-user.ts'

export const staffResolvers: Resolvers = {
  Query: {
    auditLog: (_, args, ctx) => listAuditEntries(ctx, args),
  },
  Mutation: {
    suspendUser: async (_, { input }, ctx) => payload('user', await suspendUser(ctx, input)),
    reinstateUser: async (_, { input }, ctx) => payload('user', await reinstateUser(ctx, input)),
    setUserRoles: async (_, { input }, ctx) => payload('user', await setUserRoles(ctx, input)),
    forceLogout: async (_, { input }, ctx) => {
      const result = await forceLogout(ctx, input)
      return result.ok
        ? { ...result.value, userErrors: [] }
        : { user: null, endedSessions: null, userErrors: [...result.errors] }
    },
    createAdmin: async (_, { input }, ctx) => payload('user', await createAdmin(ctx, input)),
    inviteStaff: async (_, { input }, ctx) => payload('user', await inviteStaff(ctx, input)),
    acceptInvitation: async (_, { input }, ctx) => payload('user', await acceptInvitation(ctx, input)),
  },
  AuditEntry: {
    actor: ({ actorId }, _, ctx) => (actorId ? load(ctx, userById, actorId) : null),
    subject: ({ subjectId }, _, ctx) => (subjectId ? load(ctx, userById, subjectId) : null),
    object: ({ objectKind, objectId }) => (objectKind && objectId ? { kind: objectKind, id: objectId } : null),
    action: ({ action }) => action as AuditAction,
    before: ({ before }) => JSON.stringify(before),
    after: ({ after }) => JSON.stringify(after),
  },
}
