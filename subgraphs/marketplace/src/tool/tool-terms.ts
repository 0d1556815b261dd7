import { load } from '@gigraph/shared/graphql'
import type { z } from 'zod'
import type { Context } from '../context.ts'
import type { toolTerms as procedure } from '../internal.ts'
import { findOptional, maySell } from '../seller/seller-store.ts'
import { toolById } from './tool-store.ts'

/** What a use of a tool costs now, or why it cannot be used. */
export const toolTerms = async (
  ctx: Context,
  { toolId }: z.output<typeof procedure.input>,
): Promise<z.output<typeof procedure.output>> => {
  const tool = await load(ctx, toolById, toolId)
  if (!tool || tool.status === 'DRAFT' || tool.status === 'PENDING_REVIEW')
    return { available: false, reason: 'There is no such tool.' }
  if (tool.status !== 'ACTIVE') return { available: false, reason: 'This tool is not on offer now.' }
  if (!maySell(await findOptional(ctx.db, tool.creatorId)).ok)
    return { available: false, reason: 'This tool is not on offer now.' }
  const { creatorId, title, endpoint, pointsPerUse } = tool
  return { available: true, creatorId, title, endpoint, pointsPerUse }
}
