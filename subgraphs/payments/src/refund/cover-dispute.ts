import type { Transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'
import { sellerPart } from '../dispute/dispute.ts'
import { findOptionalDisputeOfPaymentForUpdate, saveDispute } from '../dispute/dispute-store.ts'
import type { DisputeRow } from '../dispute/tables.ts'
import { giveToSeller } from '../earnings/give-to-seller.ts'
import { platformFee, refundsPayable, sellerAvailable } from '../ledger/account.ts'
import { post } from '../ledger/post.ts'
import { findPaymentForUpdate, savePayment } from '../payment/payment-store.ts'
import { saveRefund } from './refund-store.ts'
import type { RefundRow } from './tables.ts'

const SELLERS = ['seller_receivable', 'seller_available', 'seller_pending'] as const

/** The same sources with the seller bearing less, and the refund in their place. */
const relieved = ({ sources }: DisputeRow, sellerMinor: number, feeMinor: number) => {
  const next: Record<string, number> = { ...sources, platform_fee: (sources.platform_fee ?? 0) - feeMinor }
  let left = sellerMinor
  for (const kind of SELLERS) {
    const part = Math.min(left, next[kind] ?? 0)
    next[kind] = (next[kind] ?? 0) - part
    left -= part
  }
  return { ...next, refunds_payable: (sources.refunds_payable ?? 0) + sellerMinor + feeMinor }
}

/**
 * A refund failed because the buyer's bank has taken the money itself meanwhile: what is owed bears that, instead of the seller and
 * the platform, who would bear the same money twice. The payment is locked by the caller.
 *
 * @returns whether there was such a chargeback; the refund is called off then
 */
export const coverDispute = async (
  ctx: Context,
  tx: Transaction,
  paymentId: string,
  { id, amountMinor }: RefundRow,
): Promise<boolean> => {
  const dispute = await findOptionalDisputeOfPaymentForUpdate(tx, paymentId)
  const payment = await findPaymentForUpdate(tx, paymentId)
  const { sellerId, orderId, currency, refundDecidedMinor } = payment
  if (!dispute || dispute.state === 'WON' || !sellerId) return false
  const sellerMinor = Math.min(amountMinor, sellerPart(dispute))
  const feeMinor = amountMinor - sellerMinor
  if (feeMinor > (dispute.sources.platform_fee ?? 0)) return false
  const back = { amountMinor: sellerMinor, currency }
  const given = await giveToSeller(tx, { sellerId, amount: back, to: sellerAvailable })
  await saveDispute(tx, dispute.id, { sources: relieved(dispute, sellerMinor, feeMinor) })
  await saveRefund(tx, id, { state: 'CALLED_OFF' })
  await savePayment(tx, paymentId, { refundDecidedMinor: refundDecidedMinor - amountMinor })
  await post(ctx, tx, {
    ...{ kind: 'REFUND_CALLED_OFF', cause: `refund-called-off:${id}`, orderId, paymentId },
    entries: [
      { account: refundsPayable, amount: { amountMinor: -amountMinor, currency } },
      { account: platformFee, amount: { amountMinor: feeMinor, currency } },
      ...given.entries,
    ],
    lines: [{ userId: sellerId, kind: 'CHARGEBACK_RETURNED', amount: back, description: payment.title }],
  })
  return true
}
