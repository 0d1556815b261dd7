import { parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { changeOrder } from '../order/change-order.ts'
import { message, orderId } from '../order/input.ts'
import type { Order } from '../order/order.ts'
import { asEvidence, evidenceFiles } from './evidence.ts'

const input = z.object({ orderId, answer: message(5_000), evidenceIds: evidenceFiles })

/** The other side tells its view, within 72 hours; after that staff may decide without. */
export const answerDispute = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { orderId, answer, evidenceIds } = parsed.value
  return changeOrder(ctx, {
    orderId,
    event: 'ANSWER_DISPUTE',
    details: { note: answer, uploadIds: evidenceIds },
    files: asEvidence(evidenceIds),
  })
}
