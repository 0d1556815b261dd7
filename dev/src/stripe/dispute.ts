import type Stripe from 'stripe'
import { idIn } from './charge.ts'
import type { Emulation } from './emulation.ts'
import { refused } from './fault.ts'
import { newId } from './ids.ts'
import { move } from './ledger.ts'

/** What Stripe takes for a dispute in the US, in minor units; it stays taken when the dispute is won (https://stripe.com/pricing). */
const DISPUTE_FEE = 1500
const RESPONSE_DAYS = 7

const EVIDENCE_TEXTS = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_communication',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'customer_signature',
  'duplicate_charge_documentation',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'receipt',
  'refund_policy',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'service_documentation',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_documentation',
  'shipping_tracking_number',
  'uncategorized_file',
  'uncategorized_text',
] as const

/** The members of a dispute's evidence that are plain text or ids of files. */
export type EvidenceText = (typeof EVIDENCE_TEXTS)[number]

/** Names of every evidence member. */
export const evidenceMembers: readonly EvidenceText[] = EVIDENCE_TEXTS

const emptyEvidence = (): Stripe.Dispute.Evidence => ({
  ...(Object.fromEntries(EVIDENCE_TEXTS.map((name) => [name, null])) as Record<EvidenceText, null>),
  enhanced_evidence: {},
})

const movedBy = (emulation: Emulation, dispute: Stripe.Dispute, sign: 1 | -1) =>
  move(emulation, {
    account: ownerOf(emulation, dispute),
    type: 'adjustment',
    amount: sign * dispute.amount,
    fee: sign < 0 ? DISPUTE_FEE : 0,
    currency: dispute.currency,
    source: dispute.id,
    description: `${sign < 0 ? 'Chargeback withdrawal' : 'Chargeback reversal'} for ${idIn(dispute.charge)}`,
  })

const ownerOf = (emulation: Emulation, dispute: Stripe.Dispute) =>
  emulation.store.row('charge', idIn(dispute.charge) ?? '')?.account ?? null

/**
 * The cardholder's bank takes the money back at once.
 *
 * @throws StripeFault when the charge is not paid or already disputed.
 */
export function openDispute(
  emulation: Emulation,
  { charge, reason = 'fraudulent', amount }: { charge: Stripe.Charge; reason?: string; amount?: number },
): Stripe.Dispute {
  if (!charge.captured) throw refused(`Charge ${charge.id} has not been captured.`)
  if (charge.disputed) throw refused(`Charge ${charge.id} is already disputed.`, { code: 'charge_disputed' })
  const account = emulation.store.row('charge', charge.id)?.account ?? null
  const dispute: Stripe.Dispute = {
    id: newId('du'),
    object: 'dispute',
    amount: amount ?? charge.amount_captured,
    balance_transactions: [],
    charge: charge.id,
    created: emulation.now(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: emptyEvidence(),
    evidence_details: {
      due_by: emulation.now() + RESPONSE_DAYS * 86_400,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'none' as Stripe.Dispute.EvidenceDetails['submission_method'],
    },
    intended_submission_method: null,
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: idIn(charge.payment_intent),
    reason,
    status: 'needs_response',
  }
  emulation.store.save('dispute', dispute, account)
  dispute.balance_transactions.push(movedBy(emulation, dispute, -1))
  emulation.store.change('charge', charge.id, { disputed: true })
  emulation.events.emit('charge.dispute.created', dispute, { account })
  emulation.events.emit('charge.dispute.funds_withdrawn', dispute, { account })
  return dispute
}

/**
 * The bank decides, or the merchant gives up (`lost`).
 *
 * @throws StripeFault when it was decided before.
 */
export function decideDispute(emulation: Emulation, dispute: Stripe.Dispute, status: 'won' | 'lost'): Stripe.Dispute {
  if (dispute.status === 'won' || dispute.status === 'lost') {
    throw refused(`This dispute is already closed with a status of ${dispute.status}.`)
  }
  const account = ownerOf(emulation, dispute)
  emulation.store.change('dispute', dispute.id, { status })
  if (status === 'won') dispute.balance_transactions.push(movedBy(emulation, dispute, 1))
  emulation.events.emit('charge.dispute.closed', dispute, { account })
  if (status === 'won') emulation.events.emit('charge.dispute.funds_reinstated', dispute, { account })
  return dispute
}

/** Stripe's magic words in `uncategorized_text` (https://docs.stripe.com/testing#disputes). */
const VERDICTS: Record<string, 'won' | 'lost'> = { winning_evidence: 'won', losing_evidence: 'lost' }

/** Adds evidence and, when `submit` says so, hands it to the bank. */
export function submitEvidence(
  emulation: Emulation,
  dispute: Stripe.Dispute,
  {
    evidence,
    submit,
    metadata,
  }: { evidence: Partial<Record<EvidenceText, string>>; submit: boolean; metadata: Record<string, string> },
): Stripe.Dispute {
  if (dispute.status === 'won' || dispute.status === 'lost') {
    throw refused('This dispute is already closed and cannot be updated.', { code: 'dispute_closed' })
  }
  const gave = Object.keys(evidence).length > 0
  emulation.store.change('dispute', dispute.id, {
    evidence: { ...dispute.evidence, ...evidence },
    evidence_details: {
      ...dispute.evidence_details,
      has_evidence: dispute.evidence_details.has_evidence || gave,
      submission_count: dispute.evidence_details.submission_count + (submit ? 1 : 0),
    },
    metadata,
    ...(submit ? { status: 'under_review' } : {}),
  })
  emulation.events.emit('charge.dispute.updated', dispute, { account: ownerOf(emulation, dispute) })
  const verdict = submit ? VERDICTS[evidence.uncategorized_text ?? ''] : undefined
  if (verdict) emulation.afterwards(() => decideDispute(emulation, dispute, verdict))
  return dispute
}
