import { parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { changeOrder } from '../order/change-order.ts'
import { orderId } from '../order/input.ts'
import type { Order } from '../order/order.ts'

const input = z.object({ orderId })

/** The seller needs no more time after all, as long as the other side has not answered. */
export const withdrawExtension = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  return changeOrder(ctx, { ...parsed.value, event: 'WITHDRAW_EXTENSION' })
}
