import { hasScope } from '@gigraph/shared/auth'
import { payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import { renderMarkdown } from '@gigraph/shared/markdown'
import type { Resolvers } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import { createTool, pauseTool, publishTool, updateTool } from './change-tool.ts'
import type { Tool } from './tool.ts'
import { listOnOffer, listOwn, toolById } from './tool-store.ts'

const isInside = (ctx: Context, tool: Tool): boolean =>
  ctx.viewer?.id === tool.creatorId || hasScope(ctx.viewer, 'content:moderate')

/** Drafts and removed tools exist for their creator and staff only. */
export const visibleTool = (ctx: Context, tool: Tool | null): Tool | null =>
  tool && (isInside(ctx, tool) || tool.status === 'ACTIVE' || tool.status === 'PAUSED') ? tool : null

export const toolResolvers: Resolvers = {
  Query: {
    tool: async (_, { id }, ctx) => visibleTool(ctx, await load(ctx, toolById, id)),
    tools: (_, { filter, ...page }, ctx) => listOnOffer(ctx, page, filter ?? {}),
  },
  Mutation: {
    createTool: async (_, { input }, ctx) => payload('tool', await createTool(ctx, input)),
    updateTool: async (_, { input }, ctx) => payload('tool', await updateTool(ctx, input)),
    publishTool: async (_, { input }, ctx) => payload('tool', await publishTool(ctx, input)),
    pauseTool: async (_, { input }, ctx) => payload('tool', await pauseTool(ctx, input)),
  },
  User: { tools: ({ id }, args, ctx) => listOnOffer(ctx, args, { creatorId: id }) },
  Viewer: { tools: ({ id }, args, ctx) => listOwn(ctx, id, args) },
  Tool: {
    __resolveReference: async ({ id }, ctx) => visibleTool(ctx, await load(ctx, toolById, id)),
    creator: ({ creatorId }) => ({ id: creatorId }),
    descriptionHtml: ({ description }) => renderMarkdown(description),
    endpoint: (tool, _, ctx) => (ctx.viewer?.id === tool.creatorId ? tool.endpoint : null),
    moderationReason: (tool, _, ctx) => (isInside(ctx, tool) ? tool.reason : null),
  },
}
