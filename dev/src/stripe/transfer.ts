import type Stripe from 'stripe'
import { blankCharge, idIn } from './charge.ts'
import type { Emulation } from './emulation.ts'
import { refused } from './fault.ts'
import { newId } from './ids.ts'
import { availableFunds, move } from './ledger.ts'

/** What a transfer is made from. */
export interface TransferInput {
  amount: number
  currency: string
  destination: Stripe.Account
  description: string | null
  metadata: Record<string, string>
  transferGroup: string | null
  /** The charge whose money it is: then it need not be available yet. */
  source: Stripe.Charge | null
}

function assertFunded(emulation: Emulation, { amount, currency, destination, source }: TransferInput): void {
  if (destination.capabilities?.transfers !== 'active') {
    throw refused(
      'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments',
      { code: 'insufficient_capabilities_for_transfer' },
    )
  }
  if (!source) {
    if (availableFunds(emulation, null, currency) >= amount) return
    throw refused(
      'You have insufficient available funds in your Stripe account. Try adding funds directly to your available balance by creating Charges using the 4000000000000077 test card.',
      { code: 'balance_insufficient' },
    )
  }
  if (!source.captured || source.currency !== currency) {
    throw refused(`Charge ${source.id} cannot be the source of this transfer.`, { param: 'source_transaction' })
  }
  const used = emulation.store
    .list('transfer', null)
    .filter((transfer) => transfer.source_transaction === source.id)
    .reduce((sum, transfer) => sum + transfer.amount - transfer.amount_reversed, 0)
  if (used + amount > source.amount_captured) {
    throw refused(`The transfers of charge ${source.id} would exceed its amount.`, { param: 'amount' })
  }
}

/** The charge object (`py_…`) that the destination sees. */
function arrive(emulation: Emulation, transfer: Stripe.Transfer, account: string, availableOn: number): string {
  const payment = blankCharge(emulation, newId('py'), transfer.amount, transfer.currency)
  const { id: transactionId } = move(emulation, {
    account,
    type: 'payment',
    amount: transfer.amount,
    currency: transfer.currency,
    source: payment.id,
    description: transfer.description,
    availableOn,
  })
  Object.assign(payment, {
    amount_captured: transfer.amount,
    balance_transaction: transactionId,
    captured: true,
    paid: true,
    payment_method_details: { type: 'stripe_account', stripe_account: {} },
    source_transfer: transfer.id,
    status: 'succeeded',
    transfer_group: transfer.transfer_group,
  } satisfies Partial<Stripe.Charge>)
  emulation.store.save('charge', payment, account)
  return payment.id
}

/**
 * Moves money from the platform to a connected account.
 *
 * @throws StripeFault `balance_insufficient`, or when the account cannot receive transfers.
 */
export function createTransfer(emulation: Emulation, input: TransferInput): Stripe.Transfer {
  assertFunded(emulation, input)
  const id = newId('tr')
  const transaction = move(emulation, {
    account: null,
    type: 'transfer',
    amount: -input.amount,
    currency: input.currency,
    source: id,
    description: input.description,
  })
  const transfer: Stripe.Transfer = {
    id,
    object: 'transfer',
    amount: input.amount,
    amount_reversed: 0,
    balance_transaction: transaction.id,
    created: emulation.now(),
    currency: input.currency,
    description: input.description,
    destination: input.destination.id,
    livemode: false,
    metadata: input.metadata,
    reversals: { object: 'list', data: [], has_more: false, url: `/v1/transfers/${id}/reversals` },
    reversed: false,
    source_transaction: input.source?.id ?? null,
    source_type: 'card',
    transfer_group:
      input.transferGroup ?? (input.source ? (input.source.transfer_group ?? `group_${input.source.id}`) : null),
  }
  const sourceMoney = emulation.store.findOptional('balance_transaction', idIn(input.source?.balance_transaction) ?? '')
  transfer.destination_payment = arrive(
    emulation,
    transfer,
    input.destination.id,
    sourceMoney?.available_on ?? emulation.now(),
  )
  emulation.store.save('transfer', transfer, null)
  emulation.events.emit('transfer.created', transfer, { account: null })
  return transfer
}

/**
 * Takes a transfer back, wholly or in part.
 *
 * @throws StripeFault when more is asked than is left, or the connected account has spent it.
 */
export function reverseTransfer(
  emulation: Emulation,
  {
    transfer,
    amount,
    metadata,
  }: { transfer: Stripe.Transfer; amount: number | undefined; metadata: Record<string, string> },
): Stripe.TransferReversal {
  const left = transfer.amount - transfer.amount_reversed
  const taken = amount ?? left
  if (left === 0) throw refused(`Transfer ${transfer.id} is already fully reversed.`)
  if (taken > left) {
    throw refused(`Reversal amount (${taken}) is greater than unreversed amount on transfer (${left}).`, {
      param: 'amount',
    })
  }
  const account = idIn(transfer.destination)
  const { currency } = transfer
  const arrival = emulation.store.findOptional('charge', idIn(transfer.destination_payment) ?? '')
  const waiting = emulation.store.findOptional('balance_transaction', idIn(arrival?.balance_transaction) ?? '')
  // Money that has not become available yet cannot have been paid out either.
  if (waiting?.status !== 'pending' && availableFunds(emulation, account, currency) < taken) {
    throw refused('The connected account has insufficient funds to reverse this transfer.', {
      code: 'balance_insufficient',
    })
  }
  const availableOn = waiting?.available_on ?? emulation.now()
  const id = newId('trr')
  const back = { type: 'transfer_refund', currency, source: id } as const
  const transaction = move(emulation, { ...back, account: null, amount: taken })
  move(emulation, { ...back, type: 'payment_refund', account, amount: -taken, availableOn })
  const reversal: Stripe.TransferReversal = {
    id,
    object: 'transfer_reversal',
    amount: taken,
    balance_transaction: transaction.id,
    created: emulation.now(),
    currency,
    destination_payment_refund: null,
    metadata,
    source_refund: null,
    transfer: transfer.id,
  }
  emulation.store.save('transfer_reversal', reversal, null)
  emulation.store.change('transfer', transfer.id, {
    amount_reversed: transfer.amount_reversed + taken,
    reversals: { ...transfer.reversals, data: [reversal, ...transfer.reversals.data].slice(0, 10) },
    reversed: taken === left,
  })
  emulation.events.emit('transfer.reversed', transfer, { account: null })
  return reversal
}
