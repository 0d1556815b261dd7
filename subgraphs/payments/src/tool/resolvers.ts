import { hasScope, requireViewer } from '@gigraph/shared/auth'
import { payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import { signGrant } from './grant.ts'
import { recordToolUsage } from './record-tool-usage.ts'
import { refundToolUsage } from './refund-tool-usage.ts'
import { listUsages, usageCounts } from './tool-usage-store.ts'
import { useTool } from './use-tool.ts'

export const toolResolvers: Resolvers = {
  Mutation: {
    useTool: async (_, { input }, ctx) => payload('usage', await useTool(ctx, input)),
    recordToolUsage: async (_, { input }, ctx) => payload('usage', await recordToolUsage(ctx, input)),
    refundToolUsage: async (_, { input }, ctx) => payload('usage', await refundToolUsage(ctx, input)),
  },

  ToolUsage: {
    tool: ({ toolId }) => ({ id: toolId }),
    expiresAt: ({ grantExpiresAt }) => grantExpiresAt,
    accessToken: ({ id, toolId, userId, inputHash, grantedBy, refundedAt, grantExpiresAt: expiresAt }, _, ctx) => {
      const isValid = !grantedBy && !refundedAt && expiresAt > ctx.clock.now() && ctx.viewer?.id === userId
      return isValid ? signGrant(ctx, { usageId: id, toolId, userId, inputHash, expiresAt }) : null
    },
  },

  Tool: {
    __resolveReference: ({ id }) => ({ id }),
    usageStats: async ({ id }, _, ctx) => {
      const counted = await load(ctx, usageCounts, id)
      const mayKnow = ctx.viewer?.id === counted?.creatorId || hasScope(ctx.viewer, 'payments:read')
      return { uses: counted?.uses ?? 0, users: counted?.users ?? 0, points: mayKnow ? (counted?.points ?? 0) : null }
    },
  },

  Viewer: { usageHistory: (_, page, ctx) => listUsages(ctx, requireViewer(ctx).id, page) },
}
