import { parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { changeOrder } from '../order/change-order.ts'
import { message, orderId } from '../order/input.ts'
import type { Order } from '../order/order.ts'

const input = z.object({ orderId, accept: z.boolean(), message: message(2_000).nullish() })

/** The buyer gives the time that was asked for, or does not. */
export const answerExtension = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { orderId, accept, message: note } = parsed.value
  return changeOrder(ctx, { orderId, event: 'ANSWER_EXTENSION', details: { accept, ...(note && { note }) } })
}
