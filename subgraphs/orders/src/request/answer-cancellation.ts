import { parseInput, type Result } from '@gigraph/shared/errors'
import { idempotencyKey } from '@gigraph/shared/idempotency'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { changeOrder } from '../order/change-order.ts'
import { message, orderId } from '../order/input.ts'
import type { Order } from '../order/order.ts'

const input = z.object({ orderId, accept: z.boolean(), message: message(2_000).nullish(), idempotencyKey })

/** The other side agrees, which cancels the order and refunds the buyer, or declines, and work goes on. */
export const answerCancellation = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { orderId, idempotencyKey: key, accept, message: note } = parsed.value
  return changeOrder(ctx, {
    orderId,
    event: 'ANSWER_CANCELLATION',
    details: { accept, ...(note && { note }) },
    once: { key, input: { orderId, accept, note } },
  })
}
