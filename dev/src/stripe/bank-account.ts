import type Stripe from 'stripe'
import { newId } from './ids.ts'

/** Stripe's test bank accounts (https://docs.stripe.com/connect/testing#account-numbers). */
export const TEST_BANKS = [
  { number: '000123456789', label: 'Payouts succeed', failure: null },
  { number: '000111111113', label: 'Payouts fail: account closed', failure: 'account_closed' },
  { number: '000111111116', label: 'Payouts fail: no account', failure: 'no_account' },
  { number: '000222222227', label: 'Payouts fail: insufficient funds', failure: 'insufficient_funds' },
] as const

/** A bank account that the seller gave on the onboarding page. */
export const bankAccount = (account: Stripe.Account, number: string): Stripe.BankAccount => ({
  id: newId('ba'),
  object: 'bank_account',
  account: account.id,
  account_holder_name: null,
  account_holder_type: 'individual',
  account_type: null,
  available_payout_methods: ['standard'],
  bank_name: 'STRIPE TEST BANK',
  country: account.country ?? 'US',
  currency: account.default_currency ?? 'usd',
  default_for_currency: true,
  // A real fingerprint hides the number; here it carries it, since the number decides how payouts go.
  fingerprint: `emulated${number}`,
  last4: number.slice(-4),
  metadata: {},
  routing_number: '110000000',
  status: 'new',
})

/** The failure that payouts to a bank account end with, or null when they succeed. */
export const bankFailure = (bank: Stripe.BankAccount): string | null =>
  TEST_BANKS.find((known) => bank.fingerprint === `emulated${known.number}`)?.failure ?? null

/** The bank account to which an account is paid, if it gave one. */
export const bankOf = (account: Stripe.Account): Stripe.BankAccount | undefined =>
  account.external_accounts?.data.find((external) => external.object === 'bank_account')
