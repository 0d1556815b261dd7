import { requireRole, requireScope, requireScopeOfKey, requireViewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, parseInput, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { toolPaused, toolPublished } from '../events.ts'
import { findOptional, findOptionalForUpdate as findSellerForUpdate, maySell } from '../seller/seller-store.ts'
import {
  newTool,
  nextStatus,
  TOOLS_OF_CREATOR,
  type Tool,
  type ToolAction,
  type ToolStatus,
  toolChanges,
} from './tool.ts'
import { add, countOfCreator, findOptionalForUpdate, save } from './tool-store.ts'

/** Makes a draft of a tool. */
export const createTool = async (ctx: Context, raw: unknown): Promise<Result<Tool>> => {
  const viewer = requireViewer(ctx)
  requireRole(viewer, 'TOOL_CREATOR')
  requireScope(viewer, 'tools:write')
  const parsed = parseInput(newTool, raw)
  if (!parsed.ok) return parsed
  const now = ctx.clock.now()
  return transaction(ctx.db, async (tx) => {
    const allowed = maySell(await findSellerForUpdate(tx, viewer.id))
    if (!allowed.ok) return allowed
    if ((await countOfCreator(tx, viewer.id)) >= TOOLS_OF_CREATOR)
      return fail('LIMIT_EXCEEDED', `You can have at most ${TOOLS_OF_CREATOR} tools; change one that you do not need.`)
    const tool = { id: ctx.makeId(), creatorId: viewer.id, status: 'DRAFT' as const, createdAt: now, updatedAt: now }
    return ok(await add(tx, { ...tool, ...parsed.value }))
  })
}

const act = (
  ctx: Context,
  toolId: string,
  action: ToolAction,
  run: (tx: Transaction, tool: Tool, status: ToolStatus) => Promise<Result<Tool>>,
): Promise<Result<Tool>> => {
  const viewer = requireViewer(ctx)
  return transaction(ctx.db, async (tx) => {
    const tool = await findOptionalForUpdate(tx, toolId)
    if (tool?.creatorId !== viewer.id) throw notFound('Tool')
    requireScopeOfKey(viewer, 'tools:write')
    const status = nextStatus(tool.status, action)
    return status.ok ? run(tx, tool, status.value) : status
  })
}

/** Where staff look at everything, what has changed waits for them: at once on the market, off it when it is published again. */
const afterChange: Readonly<Partial<Record<ToolStatus, ToolStatus>>> = { ACTIVE: 'PENDING_REVIEW', PAUSED: 'DRAFT' }

/** Changes a tool of the viewer's; uses in hand keep the price at which they were begun. */
export const updateTool = async (ctx: Context, raw: unknown): Promise<Result<Tool>> => {
  requireViewer(ctx)
  const parsed = parseInput(toolChanges, raw)
  if (!parsed.ok) return parsed
  const { toolId, ...changes } = parsed.value
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value != null))
  return act(ctx, toolId, 'update', async (tx, tool) => {
    const review = ctx.config.MODERATION === 'manual' ? { status: afterChange[tool.status] ?? tool.status } : {}
    return ok(await save(tx, tool.id, { ...given, ...review, updatedAt: ctx.clock.now() }))
  })
}

/** Puts a tool on offer: at once, or after staff have approved it. */
export const publishTool = async (ctx: Context, { toolId }: { readonly toolId: string }): Promise<Result<Tool>> =>
  act(ctx, toolId, 'publish', async (tx, tool, published) => {
    const allowed = maySell(await findOptional(tx, tool.creatorId))
    if (!allowed.ok) return allowed
    const status = ctx.config.MODERATION === 'manual' && tool.status === 'DRAFT' ? 'PENDING_REVIEW' : published
    const saved = await save(tx, tool.id, { status, reason: null, updatedAt: ctx.clock.now() })
    const { id, creatorId, title } = saved
    if (status === 'ACTIVE') await ctx.publish(tx, toolPublished, { toolId: id, creatorId, title })
    return ok(saved)
  })

/** Takes a tool off the market for a while. */
export const pauseTool = async (ctx: Context, { toolId }: { readonly toolId: string }): Promise<Result<Tool>> =>
  act(ctx, toolId, 'pause', async (tx, tool, status) => {
    const saved = await save(tx, tool.id, { status, updatedAt: ctx.clock.now() })
    await ctx.publish(tx, toolPaused, { toolId: saved.id, creatorId: saved.creatorId, title: saved.title })
    return ok(saved)
  })
