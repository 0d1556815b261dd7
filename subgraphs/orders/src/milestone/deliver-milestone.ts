import { parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { asDelivered, deliveryFiles } from '../delivery/delivered-files.ts'
import { insertDelivery } from '../delivery/delivery-store.ts'
import { changeOrder } from '../order/change-order.ts'
import { message, milestoneId, orderId } from '../order/input.ts'
import type { Order } from '../order/order.ts'
import { requireMilestone } from './require-milestone.ts'

const input = z.object({ orderId, milestoneId, message: message(10_000), uploadIds: deliveryFiles })

/** The seller hands over one milestone; without an answer it is accepted after three days. */
export const deliverMilestone = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { orderId, milestoneId, message, uploadIds } = parsed.value
  return changeOrder(ctx, {
    orderId,
    event: 'DELIVER_MILESTONE',
    details: { milestoneId },
    check: (order) => requireMilestone(order, milestoneId),
    files: asDelivered(uploadIds),
    alongside: (tx, _, { at }) =>
      insertDelivery(tx, { id: ctx.makeId(), orderId, milestoneId, message, uploadIds, deliveredAt: at }),
  })
}
