import { noteAct } from '@gigraph/shared/audit'
import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { refundableMinor } from '../payment/payment.ts'
import { listPaidOfOrderForUpdate } from '../payment/payment-store.ts'
import { authorize } from '../policy.ts'
import { findRequestForUpdate, insertRequest, saveRequest } from './request-store.ts'
import type { RefundRequestRow } from './tables.ts'

const text = (error: string) => z.string().trim().min(1, { error }).max(1_000, { error: 'At most 1,000 characters.' })
const requestInput = z.object({ orderId: z.uuid(), reason: text('Say why.') })
const declineInput = z.object({ refundRequestId: z.uuid(), answer: text('Say why.') })

/** A buyer asks for their money back. Another person's order is not found. */
export const requestRefund = async (ctx: Context, raw: unknown): Promise<Result<RefundRequestRow>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(requestInput, raw)
  if (!parsed.ok) return parsed
  const { orderId, reason } = parsed.value
  return transaction(ctx.db, async (tx) => {
    const paid = await listPaidOfOrderForUpdate(tx, orderId)
    const own = paid.find(({ buyerId }) => buyerId === viewer.id)
    if (!own?.sellerId) throw notFound('Order')
    if (!paid.some((payment) => refundableMinor(payment) > 0))
      return fail('INVALID_STATE', 'Nothing of this order can be refunded.', { allowed: [] })
    const request = await insertRequest(tx, {
      ...{ id: ctx.makeId(), orderId, buyerId: viewer.id, sellerId: own.sellerId, reason },
      state: 'OPEN',
      createdAt: ctx.clock.now(),
    })
    return request ? ok(request) : fail('ALREADY_EXISTS', 'You have asked already; wait for the answer.')
  })
}

/** The seller or staff says no. */
export const declineRefundRequest = async (ctx: Context, raw: unknown): Promise<Result<RefundRequestRow>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(declineInput, raw)
  if (!parsed.ok) return parsed
  const { refundRequestId, answer } = parsed.value
  return transaction(ctx.db, async (tx) => {
    const request = await findRequestForUpdate(tx, refundRequestId)
    authorize(viewer, 'refundRequest:decline', request)
    if (request.state !== 'OPEN') return fail('INVALID_STATE', 'This request is answered.', { allowed: [] })
    if (viewer.id !== request.sellerId)
      await noteAct(ctx, tx, {
        ...{
          action: 'REFUND_REQUEST_DECLINED',
          subjectId: request.buyerId,
          object: { kind: 'ORDER', id: request.orderId },
        },
        ...{ reason: answer, before: { state: request.state }, after: { state: 'DECLINED' } },
      })
    return ok(await saveRequest(tx, request.id, { state: 'DECLINED', answer, answeredAt: ctx.clock.now() }))
  })
}
