import { parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { changeOrder } from '../order/change-order.ts'
import { message, orderId } from '../order/input.ts'
import type { Order } from '../order/order.ts'
import { checkSplit, toSeller } from './split.ts'

const input = z.object({ orderId, toSeller, message: message(2_000).nullish() })

/** Either side proposes how to split the escrow; the newest proposal counts. */
export const proposeSettlement = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { orderId, toSeller: amount, message: note } = parsed.value
  return changeOrder(ctx, {
    orderId,
    event: 'PROPOSE_SETTLEMENT',
    details: { toSellerMinor: amount.amountMinor, ...(note && { note }) },
    check: (order) => checkSplit(order, amount),
  })
}
