import { noteAct } from '@gigraph/shared/audit'
import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { paidElsewhere } from '../ledger/account.ts'
import { findPaymentForUpdate } from '../payment/payment-store.ts'
import type { PaymentRow } from '../payment/tables.ts'
import { authorize } from '../policy.ts'
import { replaceRefund } from './call-off-refund.ts'
import { noteRefunded } from './record-refund.ts'
import { findRefund, findRefundForUpdate, saveRefund } from './refund-store.ts'
import type { RefundRow } from './tables.ts'

const words = (error: string) => z.string().trim().min(1, { error }).max(500, { error: 'At most 500 characters.' })
const retryInput = z.object({ refundId: z.uuid(), note: words('Say why it can work now.') })
const settleInput = z.object({ refundId: z.uuid(), note: words('Say how it was paid: the transfer’s reference.') })

interface Failed {
  readonly payment: PaymentRow
  readonly refund: RefundRow
}

/** Does something about a failed refund, which is locked, and notes the act of staff. */
const withFailed = async (
  ctx: Context,
  raw: z.output<typeof retryInput>,
  to: 'RETRIED' | 'PAID_ELSEWHERE',
  act: (tx: Transaction, failed: Failed) => Promise<RefundRow>,
): Promise<Result<RefundRow>> => {
  const { refundId, note } = raw
  return transaction(ctx.db, async (tx) => {
    const payment = await findPaymentForUpdate(tx, (await findRefund(tx, refundId)).paymentId)
    authorize(requireViewer(ctx), 'refund:settle', payment)
    const refund = await findRefundForUpdate(tx, refundId)
    if (refund.state !== 'FAILED')
      return fail('INVALID_STATE', 'Only a refund that failed can be settled.', { allowed: [] })
    if (to === 'RETRIED' && payment.disputeState === 'OPEN')
      return fail('INVALID_STATE', 'The buyer’s bank disputes this payment; wait for its decision.', { allowed: [] })
    const settled = await saveRefund(tx, refundId, { state: to, settlementNote: note, settledAt: ctx.clock.now() })
    await noteAct(ctx, tx, {
      ...{ action: to === 'RETRIED' ? 'REFUND_RETRIED' : 'REFUND_PAID_ELSEWHERE', subjectId: payment.buyerId },
      ...{ object: { kind: 'PAYMENT', id: payment.id }, reason: note },
      ...{ before: { state: refund.state }, after: { state: to, amountMinor: refund.amountMinor } },
    })
    return ok(await act(tx, { payment, refund: settled }))
  })
}

/**
 * Has Stripe try a failed refund again: another one stands in its place. Answers that one.
 *
 * @throws {ApplicationError} FORBIDDEN without `refunds:write`, and for one's own
 */
export const retryRefund = async (ctx: Context, raw: unknown): Promise<Result<RefundRow>> => {
  requireScope(requireViewer(ctx), 'refunds:write')
  const parsed = parseInput(retryInput, raw)
  if (!parsed.ok) return parsed
  return withFailed(ctx, parsed.value, 'RETRIED', (tx, { payment, refund }) => replaceRefund(ctx, tx, payment, refund))
}

/**
 * Notes that a failed refund was paid to its buyer in another way than through Stripe.
 *
 * @throws {ApplicationError} FORBIDDEN without `refunds:write`, and for one's own
 */
export const settleRefund = async (ctx: Context, raw: unknown): Promise<Result<RefundRow>> => {
  requireScope(requireViewer(ctx), 'refunds:write')
  const parsed = parseInput(settleInput, raw)
  if (!parsed.ok) return parsed
  return withFailed(ctx, parsed.value, 'PAID_ELSEWHERE', async (tx, failed) => {
    await noteRefunded(ctx, tx, { ...failed, from: paidElsewhere })
    return failed.refund
  })
}
