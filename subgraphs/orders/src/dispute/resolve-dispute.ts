import { noteAct } from '@gigraph/shared/audit'
import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { parseInput, type Result } from '@gigraph/shared/errors'
import { idempotencyKey } from '@gigraph/shared/idempotency'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { faults } from '../events.ts'
import { changeOrder } from '../order/change-order.ts'
import { message, orderId } from '../order/input.ts'
import type { Order } from '../order/order.ts'
import { checkSplit, toSeller } from './split.ts'

const input = z.object({ orderId, toSeller, reason: message(5_000), fault: z.enum(faults).nullish(), idempotencyKey })

/**
 * Staff decides what the seller gets of the escrow; the rest goes to the buyer. Nobody decides about an order of their own.
 *
 * @throws {ApplicationError} FORBIDDEN without the scope disputes:resolve
 */
export const resolveDispute = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  requireScope(requireViewer(ctx), 'disputes:resolve')
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { orderId, toSeller: amount, reason, fault, idempotencyKey: key } = parsed.value
  return changeOrder(ctx, {
    orderId,
    event: 'RESOLVE_DISPUTE',
    details: { toSellerMinor: amount.amountMinor, note: reason, ...(fault && { fault }) },
    check: (order) => checkSplit(order, amount),
    alongside: (tx) =>
      noteAct(ctx, tx, {
        ...{ action: 'DISPUTE_RESOLVED', object: { kind: 'ORDER', id: orderId }, reason },
        after: { toSellerMinor: amount.amountMinor, currency: amount.currency },
      }),
    once: { key, input: { orderId, amount, reason, fault } },
  })
}
