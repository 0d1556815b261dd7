import { parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { changeOrder } from './change-order.ts'
import { orderId } from './input.ts'
import type { Order } from './order.ts'

const input = z.object({ orderId })

/** The seller begins without answers. */
export const skipRequirements = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  return changeOrder(ctx, { ...parsed.value, event: 'SKIP_REQUIREMENTS' })
}
