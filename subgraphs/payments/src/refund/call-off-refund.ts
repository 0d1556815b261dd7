import type { Transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'
import { savePayment } from '../payment/payment-store.ts'
import type { PaymentRow } from '../payment/tables.ts'
import { issueRefund } from './jobs.ts'
import { insertRefund, listCalledOffForUpdate, listOwedForUpdate, saveRefund } from './refund-store.ts'
import type { RefundRow } from './tables.ts'

/**
 * Calls off refunds that have not reached the buyer, as far as they fit into what their bank has taken itself. The payment is locked by
 * the caller, who takes the money that was owed and what was decided.
 *
 * @returns how much was owed, in minor units
 */
export const callOffOwedRefunds = async (
  ctx: Context,
  tx: Transaction,
  { id }: PaymentRow,
  takenMinor: number,
): Promise<number> => {
  let calledOff = 0
  for (const refund of await listOwedForUpdate(tx, id)) {
    if (calledOff + refund.amountMinor > takenMinor) continue
    await saveRefund(tx, refund.id, { state: 'CALLED_OFF', settledAt: ctx.clock.now() })
    calledOff += refund.amountMinor
  }
  return calledOff
}

/**
 * What was called off for a chargeback that the bank has lost is owed again, each refund by another one in its place. The payment is
 * locked by the caller.
 */
export const oweAgain = async (ctx: Context, tx: Transaction, payment: PaymentRow): Promise<void> => {
  let owedMinor = 0
  for (const refund of await listCalledOffForUpdate(tx, payment.id)) {
    await replaceRefund(ctx, tx, payment, refund)
    owedMinor += refund.amountMinor
  }
  if (owedMinor > 0) await savePayment(tx, payment.id, { refundDecidedMinor: payment.refundDecidedMinor + owedMinor })
}

/** Puts another refund in the place of one that ended, for money that is owed. */
export const replaceRefund = async (
  ctx: Context,
  tx: Transaction,
  payment: PaymentRow,
  refund: RefundRow,
): Promise<RefundRow> => {
  await saveRefund(tx, refund.id, { state: 'RETRIED' })
  const { amountMinor, reason, decidedBy, toldAt } = refund
  return insertOwedRefund(ctx, tx, payment, { amountMinor, reason, decidedBy, toldAt })
}

/** A refund of money that lies in `refunds_payable` already; its job asks Stripe. */
export const insertOwedRefund = async (
  ctx: Context,
  tx: Transaction,
  { id: paymentId, orderId, currency }: PaymentRow,
  refund: Pick<RefundRow, 'amountMinor' | 'reason' | 'decidedBy'> & Partial<Pick<RefundRow, 'toldAt'>>,
): Promise<RefundRow> => {
  const owed = await insertRefund(tx, {
    ...{ id: ctx.makeId(), paymentId, orderId, currency, ...refund },
    ...{ state: 'PENDING', createdAt: ctx.clock.now() },
  })
  await ctx.enqueue(tx, issueRefund, { refundId: owed.id })
  return owed
}
