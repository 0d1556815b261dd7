import { parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { faults } from '../events.ts'
import { changeOrder } from '../order/change-order.ts'
import { message, orderId } from '../order/input.ts'
import type { Order } from '../order/order.ts'

const input = z.object({ orderId, reason: message(2_000), fault: z.enum(faults).nullish() })

/** Either side asks the other to cancel; 48 hours without an answer are consent. */
export const requestCancellation = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { orderId, reason, fault } = parsed.value
  return changeOrder(ctx, {
    orderId,
    event: 'REQUEST_CANCELLATION',
    details: { note: reason, fault: fault ?? 'NOBODY' },
  })
}
