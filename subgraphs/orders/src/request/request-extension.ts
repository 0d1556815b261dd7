import { parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { changeOrder } from '../order/change-order.ts'
import { message, orderId } from '../order/input.ts'
import type { Order } from '../order/order.ts'

const input = z.object({
  orderId,
  days: z.int().min(1, { error: 'Ask for at least one day.' }).max(30, { error: 'Ask for at most 30 days.' }),
  reason: message(2_000),
})

/** The seller asks for more time; a request that nobody answers lapses after four days. */
export const requestExtension = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { orderId, days, reason } = parsed.value
  return changeOrder(ctx, { orderId, event: 'REQUEST_EXTENSION', details: { note: reason, days } })
}
