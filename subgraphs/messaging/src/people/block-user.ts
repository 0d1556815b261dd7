import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { userBlocked } from '../events.ts'
import { deleteBlock, insertBlock } from './block-store.ts'

const input = z.object({ userId: z.uuid({ error: 'This is no user.' }) })

/** Ends talk between the viewer and somebody, except about orders. A second time changes nothing. */
export const blockUser = async (ctx: Context, raw: unknown): Promise<Result<{ id: string }>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { userId } = parsed.value
  if (userId === viewer.id) return fail('VALIDATION', 'You cannot block yourself.', { field: ['input', 'userId'] })
  return transaction(ctx.db, async (tx) => {
    const isNew = await insertBlock(tx, { blockerId: viewer.id, blockedId: userId, createdAt: ctx.clock.now() })
    if (isNew) await ctx.publish(tx, userBlocked, { blockerId: viewer.id, blockedId: userId })
    return ok({ id: userId })
  })
}

/** Takes the viewer's block back; the other's own, if there is one, stays. */
export const unblockUser = async (ctx: Context, raw: unknown): Promise<Result<{ id: string }>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  await transaction(ctx.db, (tx) => deleteBlock(tx, viewer.id, parsed.value.userId))
  return ok({ id: parsed.value.userId })
}
