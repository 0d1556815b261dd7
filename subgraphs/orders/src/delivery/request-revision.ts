import { parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { requireMilestone } from '../milestone/require-milestone.ts'
import { changeOrder } from '../order/change-order.ts'
import { message, milestoneId, orderId } from '../order/input.ts'
import type { Order } from '../order/order.ts'

const input = z.object({ orderId, milestoneId: milestoneId.nullish(), message: message(5_000) })

/** The buyer asks for changes of what was delivered, within the number of revisions that was bought. */
export const requestRevision = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { orderId, milestoneId, message: note } = parsed.value
  return changeOrder(ctx, {
    orderId,
    event: 'REQUEST_REVISION',
    details: { note, milestoneId: milestoneId ?? null },
    check: (order) => requireMilestone(order, milestoneId),
  })
}
