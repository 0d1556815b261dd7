import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import { after } from '@gigraph/shared/time'
import type { Resolvers } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import { blockedByViewer, blockersOfViewer, listBlocked } from './block-store.ts'
import { blockUser, unblockUser } from './block-user.ts'
import { peopleById, savePerson } from './people-store.ts'

/** Who was here this recently is here. */
const ONLINE = '2m'
const BLOCKED_SHOWN = 100

/** When somebody was last here, as far as the viewer may know. */
const lastSeen = async (ctx: Context, id: string): Promise<Date | null> => {
  if (!ctx.viewer) return null
  const [person, blocker] = await Promise.all([load(ctx, peopleById, id), load(ctx, blockersOfViewer, id)])
  const hidden = blocker || (person?.presenceHiddenAt && id !== ctx.viewer.id)
  return hidden ? null : (person?.lastSeenAt ?? null)
}

export const peopleResolvers: Resolvers = {
  Mutation: {
    blockUser: async (_, { input }, ctx) => payload('user', await blockUser(ctx, input)),
    unblockUser: async (_, { input }, ctx) => payload('user', await unblockUser(ctx, input)),
    updatePresence: async (_, { input }, ctx) => {
      const viewer = requireViewer(ctx)
      const presenceHiddenAt = input.visible ? null : ctx.clock.now()
      await transaction(ctx.db, (tx) => savePerson(tx, viewer.id, { presenceHiddenAt }))
      return { presenceVisible: input.visible, userErrors: [] }
    },
  },

  User: {
    __resolveReference: ({ id }) => ({ id }),
    lastSeenAt: ({ id }, _, ctx) => lastSeen(ctx, id),
    isOnline: async ({ id }, _, ctx) => {
      const at = await lastSeen(ctx, id)
      return at !== null && at >= after(ctx.clock.now(), `-${ONLINE}`)
    },
    viewerHasBlocked: async ({ id }, _, ctx) => (ctx.viewer ? (await load(ctx, blockedByViewer, id)) !== null : null),
  },

  Viewer: {
    presenceVisible: async (_, __, ctx) => !(await load(ctx, peopleById, requireViewer(ctx).id))?.presenceHiddenAt,
    blockedUsers: async (_, __, ctx) =>
      (await listBlocked(ctx.db, requireViewer(ctx).id, BLOCKED_SHOWN)).map((id) => ({ id })),
  },
}
