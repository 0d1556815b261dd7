import { parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { changeOrder } from '../order/change-order.ts'
import { message, orderId } from '../order/input.ts'
import type { Order } from '../order/order.ts'
import { asEvidence, evidenceFiles } from './evidence.ts'

const input = z.object({ orderId, reason: message(5_000), evidenceIds: evidenceFiles })

/** Either side disagrees: the money stays in escrow until they settle or staff decides. */
export const openDispute = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { orderId, reason, evidenceIds } = parsed.value
  return changeOrder(ctx, {
    orderId,
    event: 'OPEN_DISPUTE',
    details: { note: reason, uploadIds: evidenceIds },
    files: asEvidence(evidenceIds),
  })
}
