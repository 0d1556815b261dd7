import type Stripe from 'stripe'
import { bankFailure, bankOf } from './bank-account.ts'
import type { AccountId, Emulation } from './emulation.ts'
import { refused } from './fault.ts'
import { newId } from './ids.ts'
import { availableFunds, move } from './ledger.ts'

const FAILURES: Record<string, string> = {
  account_closed: 'The bank account has been closed.',
  insufficient_funds: 'Your Stripe account has insufficient funds to cover the payout.',
  no_account:
    'The bank account details on file are probably incorrect. No bank account could be located with those details.',
}

/** What a payout is made from. */
export interface PayoutInput {
  account: AccountId
  amount: number
  currency: string
  description: string | null
  metadata: Record<string, string>
  method: string
  statementDescriptor: string | null
}

function destinationOf(emulation: Emulation, account: AccountId): Stripe.BankAccount | null {
  // The platform's own bank account is not modelled: its payouts always arrive.
  if (account === null) return null
  const owner = emulation.store.find('account', account, null)
  const bank = bankOf(owner)
  if (!owner.payouts_enabled || !bank) {
    throw refused("Sorry, you don't have any external accounts in that currency, or payouts are not enabled.", {
      code: 'payouts_not_allowed',
    })
  }
  return bank
}

/**
 * Sends available money of an account to its bank. It is paid or fails right after, or when a lever says so.
 *
 * @throws StripeFault `balance_insufficient`, or `payouts_not_allowed` before onboarding is complete.
 */
export function createPayout(emulation: Emulation, input: PayoutInput): Stripe.Payout {
  const { account, amount, currency } = input
  const bank = destinationOf(emulation, account)
  if (availableFunds(emulation, account, currency) < amount) {
    throw refused(
      'You have insufficient funds in your Stripe account for this transfer. Your card balance is too low.',
      {
        code: 'balance_insufficient',
        param: 'amount',
      },
    )
  }
  const id = newId('po')
  const { id: transactionId } = move(emulation, {
    account,
    type: 'payout',
    amount: -amount,
    currency,
    source: id,
    description: input.description ?? 'STRIPE PAYOUT',
  })
  const payout: Stripe.Payout = {
    id,
    object: 'payout',
    amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: emulation.now() + 2 * 86_400,
    automatic: false,
    balance_transaction: transactionId,
    created: emulation.now(),
    currency,
    description: input.description,
    destination: bank?.id ?? null,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: input.metadata,
    method: input.method,
    original_payout: null,
    payout_method: null,
    reconciliation_status: 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: input.statementDescriptor,
    status: 'pending',
    trace_id: null,
    type: 'bank_account',
  }
  emulation.store.save('payout', payout, account)
  emulation.events.emit('payout.created', payout, { account })
  if (emulation.rules.settlePayouts) emulation.afterwards(() => settlePayout(emulation, payout))
  return payout
}

const ownerOf = (emulation: Emulation, payout: Stripe.Payout) =>
  emulation.store.row('payout', payout.id)?.account ?? null

function assertUnderway(payout: Stripe.Payout): void {
  if (payout.status !== 'pending' && payout.status !== 'in_transit') {
    throw refused(`Payout ${payout.id} has the status ${payout.status}.`, { code: 'payout_unexpected_state' })
  }
}

/** The bank answers: paid, or failed when the bank account is one of Stripe's failing ones. */
export function settlePayout(emulation: Emulation, payout: Stripe.Payout): Stripe.Payout {
  assertUnderway(payout)
  const account = ownerOf(emulation, payout)
  const owner = account === null ? undefined : emulation.store.findOptional('account', account)
  const bank = owner && bankOf(owner)
  const failure = bank ? bankFailure(bank) : null
  if (failure) return failPayout(emulation, payout, failure)
  emulation.store.change('payout', payout.id, { status: 'paid', arrival_date: emulation.now() })
  emulation.events.emit('payout.paid', payout, { account, previous: { status: 'pending' } })
  return payout
}

/** The bank sends the money back; Stripe lets that happen even to a payout that was paid. */
export function failPayout(emulation: Emulation, payout: Stripe.Payout, code: string): Stripe.Payout {
  if (payout.status !== 'paid') assertUnderway(payout)
  const account = ownerOf(emulation, payout)
  const previous = { status: payout.status }
  const back = move(emulation, {
    account,
    type: 'payout_failure',
    amount: payout.amount,
    currency: payout.currency,
    source: payout.id,
    description: 'STRIPE PAYOUT FAILURE',
  })
  emulation.store.change('payout', payout.id, {
    status: 'failed',
    failure_balance_transaction: back.id,
    failure_code: code,
    failure_message: FAILURES[code] ?? 'The bank could not process this payout.',
  })
  emulation.events.emit('payout.failed', payout, { account, previous })
  return payout
}

/** Takes back a payout that the bank has not answered. @throws StripeFault afterwards. */
export function cancelPayout(emulation: Emulation, payout: Stripe.Payout): Stripe.Payout {
  assertUnderway(payout)
  const account = ownerOf(emulation, payout)
  const back = move(emulation, {
    account,
    type: 'payout_cancel',
    amount: payout.amount,
    currency: payout.currency,
    source: payout.id,
  })
  emulation.store.change('payout', payout.id, { status: 'canceled', failure_balance_transaction: back.id })
  emulation.events.emit('payout.canceled', payout, { account, previous: { status: 'pending' } })
  return payout
}
