import { fail, parseInput, type Result } from '@gigraph/shared/errors'
import { idempotencyKey } from '@gigraph/shared/idempotency'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { changeOrder } from '../order/change-order.ts'
import { orderId } from '../order/input.ts'
import type { Order } from '../order/order.ts'
import { toSeller } from './split.ts'

const input = z.object({ orderId, toSeller, idempotencyKey })

/** The other side accepts the proposal that it has read: the dispute ends without staff. */
export const acceptSettlement = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { orderId, toSeller: amount, idempotencyKey: key } = parsed.value
  return changeOrder(ctx, {
    orderId,
    event: 'ACCEPT_SETTLEMENT',
    check: ({ dispute, total }) =>
      dispute?.proposedToSellerMinor === amount.amountMinor && total.currency === amount.currency
        ? null
        : fail('CONFLICT', 'The proposal has changed meanwhile; read it again.', { field: ['input', 'toSeller'] }),
    once: { key, input: { orderId, amount } },
  })
}
