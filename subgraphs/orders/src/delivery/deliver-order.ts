import { parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { changeOrder } from '../order/change-order.ts'
import { message, orderId } from '../order/input.ts'
import type { Order } from '../order/order.ts'
import { asDelivered, deliveryFiles } from './delivered-files.ts'
import { insertDelivery } from './delivery-store.ts'

const input = z.object({ orderId, message: message(10_000), uploadIds: deliveryFiles })

/** The seller hands over the work; without an answer it is accepted after three days. */
export const deliverOrder = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { orderId, message, uploadIds } = parsed.value
  return changeOrder(ctx, {
    orderId,
    event: 'DELIVER',
    files: asDelivered(uploadIds),
    alongside: (tx, _, { at }) =>
      insertDelivery(tx, { id: ctx.makeId(), orderId, milestoneId: null, message, uploadIds, deliveredAt: at }),
  })
}
