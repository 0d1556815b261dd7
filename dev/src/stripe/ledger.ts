import type Stripe from 'stripe'
import type { AccountId, Emulation } from './emulation.ts'
import { newId } from './ids.ts'

/** A movement on a balance. Amounts are minor units; negative takes from the balance. */
export interface Movement {
  account: AccountId
  type: Stripe.BalanceTransaction['type']
  amount: number
  fee?: number
  currency: string
  /** Id of the object that caused it. */
  source: string
  description?: string | null
  /** Unix seconds; now when absent. */
  availableOn?: number
}

const REPORTING: Record<string, string> = {
  adjustment: 'dispute',
  payment: 'charge',
  payout_failure: 'payout_reversal',
  transfer_refund: 'transfer_reversal',
  payment_refund: 'refund',
}

/** Stripe's standard price for domestic cards in the US: 2.9 % + 30 minor units. */
export const processingFee = (amount: number) => Math.round((amount * 29) / 1000) + 30

/** Writes a balance transaction. */
export function move(emulation: Emulation, movement: Movement): Stripe.BalanceTransaction {
  const { account, type, amount, fee = 0, currency, source, description = null } = movement
  const created = emulation.now()
  const availableOn = movement.availableOn ?? created
  const feeDetail = {
    amount: fee,
    application: null,
    currency,
    description: 'Stripe processing fees',
    type: 'stripe_fee',
  }
  return emulation.store.save(
    'balance_transaction',
    {
      id: newId('txn'),
      object: 'balance_transaction',
      amount,
      available_on: availableOn,
      balance_type: 'payments',
      created,
      currency,
      description,
      exchange_rate: null,
      fee,
      fee_details: fee === 0 ? [] : [feeDetail],
      net: amount - fee,
      reporting_category: REPORTING[type] ?? type,
      source,
      status: availableOn <= created ? 'available' : 'pending',
      type,
    },
    account,
  )
}

/** Marks as available what has become so: the clock moves without telling anyone. */
export function settleDue(emulation: Emulation): void {
  const now = emulation.now()
  for (const { value } of emulation.store.listAll('balance_transaction')) {
    if (value.status === 'pending' && value.available_on <= now) {
      emulation.store.change('balance_transaction', value.id, { status: 'available' })
    }
  }
}

const sums = (transactions: Stripe.BalanceTransaction[], currencies: string[]) =>
  currencies.map((currency) => {
    const amount = transactions.filter((item) => item.currency === currency).reduce((sum, item) => sum + item.net, 0)
    return { amount, currency, source_types: { card: amount } }
  })

/** The balance object of an account. */
export function balanceOf(emulation: Emulation, account: AccountId): Stripe.Balance {
  const all = emulation.store.list('balance_transaction', account)
  const home = account ? (emulation.store.findOptional('account', account)?.default_currency ?? 'usd') : 'usd'
  const currencies = [...new Set([home, ...all.map((item) => item.currency)])]
  const withStatus = (status: string) =>
    sums(
      all.filter((item) => item.status === status),
      currencies,
    )
  return { object: 'balance', available: withStatus('available'), livemode: false, pending: withStatus('pending') }
}

/** Minor units that an account can spend in a currency now. */
export const availableFunds = (emulation: Emulation, account: AccountId, currency: string): number =>
  balanceOf(emulation, account).available.find((entry) => entry.currency === currency)?.amount ?? 0
