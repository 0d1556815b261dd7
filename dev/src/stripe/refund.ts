import type Stripe from 'stripe'
import { cardOf, idIn } from './charge.ts'
import type { AccountId, Emulation } from './emulation.ts'
import { refused } from './fault.ts'
import { newId } from './ids.ts'
import { move } from './ledger.ts'

/** What a refund is made from; without an amount, all that is left. */
export interface RefundInput {
  account: AccountId
  charge: Stripe.Charge
  amount?: number | undefined
  reason?: Stripe.Refund.Reason | null | undefined
  metadata: Record<string, string>
}

const major = (amount: number) => `$${(amount / 100).toFixed(2)}`

function assertRefundable(charge: Stripe.Charge, amount: number | undefined): void {
  if (!charge.captured || charge.status !== 'succeeded') {
    throw refused('This PaymentIntent does not have a successful charge to refund.', { code: 'charge_not_refundable' })
  }
  if (charge.disputed) {
    throw refused(`Charge ${charge.id} has been charged back; cannot issue a refund.`, { code: 'charge_disputed' })
  }
  const left = charge.amount - charge.amount_refunded
  if (left <= 0) {
    throw refused(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' })
  }
  if (amount !== undefined && amount > left) {
    const what = charge.amount_refunded > 0 ? 'unrefunded amount on charge' : 'charge amount'
    throw refused(`Refund amount (${major(amount)}) is greater than ${what} (${major(left)})`, { param: 'amount' })
  }
}

/**
 * Gives money back to the card. Stripe keeps its fee. Cards that say so make the refund pending first, or fail later.
 *
 * @throws StripeFault when more is asked than captured − refunded, or the charge cannot be refunded.
 */
export function createRefund(emulation: Emulation, input: RefundInput): Stripe.Refund {
  const { account, charge } = input
  assertRefundable(charge, input.amount)
  const { store, events } = emulation
  const amount = input.amount ?? charge.amount - charge.amount_refunded
  const manner = cardOf(emulation, charge)?.refund
  const refund: Stripe.Refund = {
    id: newId('re'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: emulation.now(),
    currency: charge.currency,
    customer: idIn(charge.customer),
    customer_account: null,
    destination_details: {
      type: 'card',
      card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
    },
    metadata: input.metadata,
    payment_intent: idIn(charge.payment_intent),
    payment_method: charge.payment_method,
    reason: input.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: manner === 'pending' ? 'pending' : 'succeeded',
    transfer_reversal: null,
  }
  const transaction = move(emulation, {
    account,
    type: 'refund',
    amount: -amount,
    currency: charge.currency,
    source: refund.id,
    description: `REFUND FOR CHARGE${charge.description ? ` (${charge.description})` : ''}`,
  })
  refund.balance_transaction = transaction.id
  store.save('refund', refund, account)
  const refunded = charge.amount_refunded + amount
  store.change('charge', charge.id, { amount_refunded: refunded, refunded: refunded === charge.amount })
  events.emit('refund.created', refund, { account })
  events.emit('charge.refunded', charge, { account })
  if (manner === 'pending') emulation.afterwards(() => completeRefund(emulation, refund))
  if (manner === 'fails') emulation.afterwards(() => failRefund(emulation, refund))
  return refund
}

const ownerOf = (emulation: Emulation, refund: Stripe.Refund) =>
  emulation.store.row('refund', refund.id)?.account ?? null

/** A pending refund reaches the card. */
function completeRefund(emulation: Emulation, refund: Stripe.Refund): Stripe.Refund {
  const previous = { status: refund.status }
  emulation.store.change('refund', refund.id, { status: 'succeeded' })
  emulation.events.emit('refund.updated', refund, { account: ownerOf(emulation, refund), previous })
  return refund
}

/**
 * The bank sends the money back: it returns to the balance and the charge counts as not refunded.
 *
 * @throws StripeFault when the refund failed or was canceled before.
 */
export function failRefund(
  emulation: Emulation,
  refund: Stripe.Refund,
  reason = 'expired_or_canceled_card',
): Stripe.Refund {
  if (refund.status === 'failed' || refund.status === 'canceled')
    throw refused(`Refund ${refund.id} has already failed.`)
  const account = ownerOf(emulation, refund)
  const previous = { status: refund.status }
  const back = move(emulation, {
    account,
    type: 'refund_failure',
    amount: refund.amount,
    currency: refund.currency,
    source: refund.id,
    description: 'REFUND FAILURE',
  })
  emulation.store.change('refund', refund.id, {
    status: 'failed',
    failure_balance_transaction: back.id,
    failure_reason: reason,
  })
  const charge = emulation.store.find('charge', idIn(refund.charge) ?? '', account)
  emulation.store.change('charge', charge.id, {
    amount_refunded: charge.amount_refunded - refund.amount,
    refunded: false,
  })
  emulation.events.emit('refund.updated', refund, { account, previous })
  emulation.events.emit('refund.failed', refund, { account })
  return refund
}
