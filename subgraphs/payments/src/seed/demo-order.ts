import { type Money, negate, share } from '@gigraph/shared/money'
import { escrow, platformFee, sellerAvailable, sellerPending, stripeClearing } from '../ledger/account.ts'
import type { Entry } from '../ledger/post.ts'
import type { Line } from '../statement/statement-store.ts'

/** A demo order that was paid, and how it ended. */
export interface SeedPayment {
  readonly paymentId: string
  readonly orderId: string
  /** Of an order in steps: the step that was paid. */
  readonly milestoneId?: string | null
  readonly buyerId: string
  readonly sellerId: string
  readonly gigId: string | null
  readonly title: string
  readonly amount: Money
  readonly paidAt: Date
  /** Null: the order still runs and its money lies in escrow. */
  readonly outcome: { readonly kind: 'COMPLETED' | 'CANCELLED'; readonly at: Date } | null
  /** The intent at Stripe; without one nothing of it can be refunded there. */
  readonly intentId?: string | null
}

/** A movement of a demo order as the ledger keeps it. */
export interface DemoPosting {
  readonly kind: string
  readonly cause: string
  readonly at: Date
  readonly entries: readonly Entry[]
  readonly lines: readonly Line[]
}

export interface DemoTerms {
  readonly feeBasisPoints: number
  /** Until when earnings are pending. */
  readonly clearedAt: Date
  readonly isCleared: boolean
}

/** The fee and the net of a completed demo order. */
export const demoShares = ({ amount }: SeedPayment, feeBasisPoints: number) => {
  const fee = share(amount, feeBasisPoints)
  return { fee, net: { ...amount, amountMinor: amount.amountMinor - fee.amountMinor } }
}

/** Every movement of a demo order, oldest first: the same that the service would have posted. */
export const demoPostings = (row: SeedPayment, terms: DemoTerms): DemoPosting[] => {
  const { paymentId, orderId, buyerId, sellerId, amount, title, outcome } = row
  const paid: DemoPosting = {
    kind: 'PAYMENT',
    cause: `payment:${paymentId}`,
    at: row.paidAt,
    entries: [
      { account: stripeClearing, amount: negate(amount) },
      { account: escrow(orderId), amount },
    ],
    lines: [{ userId: buyerId, kind: 'PAYMENT', amount: negate(amount), description: title }],
  }
  if (outcome === null) return [paid]
  if (outcome.kind === 'CANCELLED') return [paid, demoRefund(row, outcome.at)]

  const { fee, net } = demoShares(row, terms.feeBasisPoints)
  const earned: DemoPosting = {
    kind: 'EARNING',
    cause: `earning:${orderId}`,
    at: outcome.at,
    entries: [
      { account: escrow(orderId), amount: negate(amount) },
      { account: platformFee, amount: fee },
      { account: sellerPending(sellerId), amount: net },
    ],
    lines: [{ userId: sellerId, kind: 'EARNING', amount: net, feeMinor: fee.amountMinor, description: title }],
  }
  if (!terms.isCleared) return [paid, earned]
  const cleared: DemoPosting = {
    kind: 'CLEARANCE',
    cause: `clearance:${orderId}`,
    at: terms.clearedAt,
    entries: [
      { account: sellerPending(sellerId), amount: negate(net) },
      { account: sellerAvailable(sellerId), amount: net },
    ],
    lines: [],
  }
  return [paid, earned, cleared]
}

const demoRefund = ({ paymentId, orderId, buyerId, amount, title }: SeedPayment, at: Date): DemoPosting => ({
  kind: 'REFUND',
  cause: `refund:${paymentId}`,
  at,
  entries: [
    { account: escrow(orderId), amount: negate(amount) },
    { account: stripeClearing, amount },
  ],
  lines: [{ userId: buyerId, kind: 'REFUND', amount, description: title }],
})
