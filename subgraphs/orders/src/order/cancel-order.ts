import { parseInput, type Result } from '@gigraph/shared/errors'
import { idempotencyKey } from '@gigraph/shared/idempotency'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { changeOrder } from './change-order.ts'
import { message, orderId } from './input.ts'
import type { Order } from './order.ts'

const input = z.object({ orderId, reason: message(2_000).nullish(), idempotencyKey })

/** Somebody cancels without asking: the buyer before paying, or when the seller is late or suspended; either side when nobody pays on. */
export const cancelOrder = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { orderId, reason, idempotencyKey: key } = parsed.value
  return changeOrder(ctx, {
    orderId,
    event: 'CANCEL',
    details: reason ? { note: reason } : {},
    once: { key, input: { orderId, reason } },
  })
}
