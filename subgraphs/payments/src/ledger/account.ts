/**
 * The accounts of the ledger. A positive balance is what the account holds or is owed. `stripe_clearing` is the other side:
 * what Stripe holds for the platform, as a negative number.
 */
export interface Account {
  readonly code: string
  readonly kind: AccountKind
  readonly ownerId: string | null
  /** May go below zero: money outside, and what the platform spends. */
  readonly unbounded: boolean
}

export type AccountKind =
  | 'stripe_clearing'
  | 'stripe_disputed'
  | 'stripe_fee'
  | 'platform_fee'
  | 'platform_loss'
  | 'escrow'
  | 'refunds_payable'
  | 'paid_elsewhere'
  | 'seller_pending'
  | 'seller_available'
  | 'payout_reserve'
  | 'chargeback_reserve'
  | 'seller_receivable'
  | 'points'
  | 'points_issued'
  | 'points_liability'
  | 'promotions'

const platform = (kind: AccountKind, unbounded: boolean): Account => ({ code: kind, kind, ownerId: null, unbounded })
const personal =
  (kind: AccountKind, unbounded = false) =>
  (userId: string): Account => ({ code: `${kind}:${userId}`, kind, ownerId: userId, unbounded })

/** What Stripe holds for the platform. */
export const stripeClearing = platform('stripe_clearing', true)
/** What banks have taken back until they decide, as a negative number. */
export const stripeDisputed = platform('stripe_disputed', true)
/** What Stripe has kept. */
export const stripeFee = platform('stripe_fee', true)
/** What the platform has earned; below zero when more was given back than earned. */
export const platformFee = platform('platform_fee', true)
/** What the platform has lost: dispute fees, chargebacks that nobody else bears. */
export const platformLoss = platform('platform_loss', true)
/** Decided to go back to buyers, not yet confirmed by Stripe. */
export const refundsPayable = platform('refunds_payable', false)
/** What staff paid to buyers from elsewhere than Stripe, when a refund could not reach them. */
export const paidElsewhere = platform('paid_elsewhere', true)
/** The other side of all points. */
export const pointsIssued = platform('points_issued', true)
/** The money behind the points that people hold. */
export const pointsLiability = platform('points_liability', false)
/** Points that were given away. */
export const promotions = platform('promotions', true)

/** A buyer's money until the order's outcome is decided. */
export const escrow = (orderId: string): Account => ({
  code: `escrow:${orderId}`,
  kind: 'escrow',
  ownerId: null,
  unbounded: false,
})
/** Earned, not yet cleared. */
export const sellerPending = personal('seller_pending')
/** Earned and cleared: may be paid out. */
export const sellerAvailable = personal('seller_available')
/** On its way to the seller's bank. */
export const payoutReserve = personal('payout_reserve')
/** Held while a card network decides. */
export const chargebackReserve = personal('chargeback_reserve')
/** What a seller owes the platform, as a negative number; later earnings pay it first. */
export const sellerReceivable = personal('seller_receivable', true)
export const points = personal('points')

/** The currency of points. */
export const POINTS = 'PTS'
