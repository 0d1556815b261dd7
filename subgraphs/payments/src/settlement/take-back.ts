import type { Transaction } from '@gigraph/shared/database'
import type { Money } from '@gigraph/shared/money'
import type { Context } from '../context.ts'
import { takeFromSeller } from '../earnings/take-from-seller.ts'
import { escrow, platformFee } from '../ledger/account.ts'
import { balanceForUpdate } from '../ledger/ledger-store.ts'
import { sharesOfOrders } from '../ledger/order-shares.ts'
import type { Entry } from '../ledger/post.ts'
import { leftMinor } from '../payment/payment.ts'
import type { PaymentRow } from '../payment/tables.ts'
import { listMilestoneReleases } from './order-account-store.ts'

/** Where the money of a payment was found. */
export interface TakenBack {
  /** Negative entries that sum to the amount. */
  readonly entries: readonly Entry[]
  /** What the seller has lost of it, in minor units. */
  readonly sellerMinor: number
}

/**
 * Takes money of an order's payment from wherever it has got to: escrow first, then from the platform's fee and the seller in
 * the proportion in which they got it. The seller's part comes from what this order earned, from what is available, from other
 * pending earnings, from payouts that were not sent yet; what is left is a debt that later earnings pay. The order's account is locked by the caller.
 */
export const takeBack = async (
  ctx: Context,
  tx: Transaction,
  { payment, amountMinor }: { readonly payment: PaymentRow; readonly amountMinor: number },
): Promise<TakenBack> => {
  const { orderId, sellerId, currency } = payment
  if (!orderId || !sellerId) throw new Error(`payment ${payment.id} is not of an order`)
  const negative = (minor: number): Money => ({ amountMinor: -minor, currency })
  const fromEscrow = Math.min(amountMinor, await inEscrow(tx, payment, orderId))
  const released = { amountMinor: amountMinor - fromEscrow, currency }
  const feeMinor = released.amountMinor > 0 ? await feeWithin(tx, orderId, released.amountMinor) : 0
  const sellerMinor = released.amountMinor - feeMinor
  const seller =
    sellerMinor > 0
      ? await takeFromSeller(ctx, tx, {
          sellerId,
          currency,
          amountMinor: sellerMinor,
          isOwn: (lot) => lot.orderId === orderId,
        })
      : []
  return {
    sellerMinor,
    entries: [
      { account: escrow(orderId), amount: negative(fromEscrow) },
      { account: platformFee, amount: negative(feeMinor) },
      ...seller,
    ],
  }
}

/**
 * The platform's part of released money that is taken back: as much of it as the platform has of what is left. So what goes back in
 * parts adds up to the cent, also after the fee of new orders has changed.
 */
const feeWithin = async (tx: Transaction, orderId: string, amountMinor: number): Promise<number> => {
  const { feeMinor = 0, sellerMinor = 0 } = (await sharesOfOrders(tx, [orderId])).get(orderId) ?? {}
  const leftMinor = feeMinor + sellerMinor
  if (leftMinor <= 0 || feeMinor <= 0) return 0
  return Number((BigInt(amountMinor) * BigInt(feeMinor) * 2n + BigInt(leftMinor)) / (2n * BigInt(leftMinor)))
}

/**
 * What of the payment is still in escrow: nothing of a released milestone, and never more than is left of the payment, whose order may
 * hold other milestones' money.
 */
const inEscrow = async (tx: Transaction, payment: PaymentRow, orderId: string): Promise<number> => {
  const releases = payment.milestoneId ? await listMilestoneReleases(tx, orderId) : []
  if (releases.some(({ milestoneId, releasedAt }) => milestoneId === payment.milestoneId && releasedAt)) return 0
  return Math.min(leftMinor(payment), await balanceForUpdate(tx, escrow(orderId), payment.currency))
}
