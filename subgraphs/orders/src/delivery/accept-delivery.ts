import { parseInput, type Result } from '@gigraph/shared/errors'
import { idempotencyKey } from '@gigraph/shared/idempotency'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { changeOrder } from '../order/change-order.ts'
import { orderId } from '../order/input.ts'
import type { Order } from '../order/order.ts'

const input = z.object({ orderId, idempotencyKey })

/** The buyer accepts what was delivered: the order completes and the money leaves escrow for the seller. */
export const acceptDelivery = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { orderId, idempotencyKey: key } = parsed.value
  return changeOrder(ctx, { orderId, event: 'ACCEPT', once: { key, input: { orderId } } })
}
