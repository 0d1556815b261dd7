import { parseInput, type Result } from '@gigraph/shared/errors'
import { idempotencyKey } from '@gigraph/shared/idempotency'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { changeOrder } from '../order/change-order.ts'
import { milestoneId, orderId } from '../order/input.ts'
import type { Order } from '../order/order.ts'
import { requireMilestone } from './require-milestone.ts'

const input = z.object({ orderId, milestoneId, idempotencyKey })

/** The buyer accepts one milestone: its money leaves escrow for the seller. The last one completes the order. */
export const acceptMilestone = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { orderId, milestoneId, idempotencyKey: key } = parsed.value
  return changeOrder(ctx, {
    orderId,
    event: 'ACCEPT_MILESTONE',
    details: { milestoneId },
    check: (order) => requireMilestone(order, milestoneId),
    once: { key, input: { orderId, milestoneId } },
  })
}
