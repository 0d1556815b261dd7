import type { Transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'
import { escrow, refundsPayable } from '../ledger/account.ts'
import { type Entry, post } from '../ledger/post.ts'
import { undecidedMinor } from '../payment/payment.ts'
import { savePayment } from '../payment/payment-store.ts'
import type { PaymentRow } from '../payment/tables.ts'
import type { Line } from '../statement/statement-store.ts'
import { insertOwedRefund } from './call-off-refund.ts'
import type { RefundRow } from './tables.ts'

interface Decision {
  /** Locked by the caller. */
  readonly payment: PaymentRow
  readonly amountMinor: number
  readonly reason: string
  readonly decidedBy?: string
}

interface Sources {
  /** Negative entries that sum to the amount. */
  readonly sources: readonly Entry[]
  readonly lines?: readonly Line[]
}

/**
 * Decides a refund: takes the money from where it is, owes it to the buyer, and orders the job that asks Stripe. Never more
 * than what is left of the payment.
 *
 * @throws {RangeError} when the payment has less left
 */
export const decideRefund = async (
  ctx: Context,
  tx: Transaction,
  { payment, amountMinor, reason, decidedBy, sources, lines = [] }: Decision & Sources,
): Promise<RefundRow> => {
  if (amountMinor > undecidedMinor(payment)) throw new RangeError(`payment ${payment.id} has less left to refund`)
  const { id: paymentId, orderId, currency } = payment
  const refund = await insertOwedRefund(ctx, tx, payment, { amountMinor, reason, decidedBy: decidedBy ?? null })
  await savePayment(tx, paymentId, { refundDecidedMinor: payment.refundDecidedMinor + amountMinor })
  await post(ctx, tx, {
    kind: 'REFUND_DECIDED',
    cause: `refund-decided:${refund.id}`,
    orderId,
    paymentId,
    entries: [...sources, { account: refundsPayable, amount: { amountMinor, currency } }],
    lines,
  })
  return refund
}

/** A refund of what still lies in escrow. */
export const returnFromEscrow = async (ctx: Context, tx: Transaction, decision: Decision): Promise<void> => {
  const { orderId, currency, id } = decision.payment
  if (!orderId) throw new Error(`payment ${id} has no escrow`)
  const amount = { amountMinor: -decision.amountMinor, currency }
  await decideRefund(ctx, tx, { ...decision, sources: [{ account: escrow(orderId), amount }] })
}
