import { parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { changeOrder } from '../order/change-order.ts'
import { message, orderId } from '../order/input.ts'
import type { Order } from '../order/order.ts'
import { insertDelivery } from './delivery-store.ts'

const input = z.object({ orderId, message: message(10_000) })

/** The seller hands over the work; without an answer it is accepted after three days. */
export const deliverOrder = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { orderId, message } = parsed.value
  return changeOrder(ctx, {
    orderId,
    event: 'DELIVER',
    alongside: (tx, _, { at }) =>
      insertDelivery(tx, { id: ctx.makeId(), orderId, milestoneId: null, message, deliveredAt: at }),
  })
}
