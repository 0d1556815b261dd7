import type Stripe from 'stripe'
import { completeOnboarding, restrictAccount } from './account.ts'
import { TEST_BANKS } from './bank-account.ts'
import { bookCharge, idIn } from './charge.ts'
import { expireSession } from './checkout.ts'
import { decideDispute, openDispute } from './dispute.ts'
import type { Emulation, Rules } from './emulation.ts'
import { newId } from './ids.ts'
import { move } from './ledger.ts'
import { failPayout, settlePayout } from './payout.ts'
import { failRefund } from './refund.ts'

/** What the world does to a Stripe account, as functions for tests and the demo. Amounts are minor units. */
export interface Levers {
  /** A bank disputes a charge, or the charge of a payment intent. */
  openDispute(chargeOrIntent: string, options?: { reason?: string; amount?: number }): Stripe.Dispute
  /** A bank decides. */
  decideDispute(id: string, status: 'won' | 'lost'): Stripe.Dispute
  /** A bank sends a refund back. */
  failRefund(id: string, reason?: string): Stripe.Refund
  /** The charge of an intent reaches the balance, when `rules.bookCharges` is off. */
  bookCharge(intent: string): Stripe.Charge
  /** A payout arrives, when `rules.settlePayouts` is off. */
  settlePayout(id: string): Stripe.Payout
  /** A bank sends a payout back, even a paid one. */
  failPayout(id: string, code?: string): Stripe.Payout
  /** A seller completes onboarding without the page; the bank account decides how payouts go. */
  completeOnboarding(account: string, bankNumber?: string): Stripe.Account
  /** Stripe stops an account. */
  restrictAccount(account: string, due?: string): Stripe.Account
  /** A session expires before its time. */
  expireSession(id: string): Stripe.Checkout.Session
  /** Available money from nowhere, for the platform or an account. */
  topUp(amount: number, currency: string, account?: string): void
  /** Bends the rules from now on. */
  setRules(rules: Partial<Rules>): void
}

/** Makes the levers of an emulation. */
export function makeLevers(emulation: Emulation, runAfterwards: () => void): Levers {
  const { store } = emulation
  const owner = (
    kind: 'charge' | 'payment_intent' | 'dispute' | 'refund' | 'payout' | 'checkout.session',
    id: string,
  ) => store.row(kind, id)?.account ?? null
  const chargeOf = (id: string) => {
    if (!id.startsWith('pi_')) return store.find('charge', id, owner('charge', id))
    const intent = store.find('payment_intent', id, owner('payment_intent', id))
    return store.find('charge', idIn(intent.latest_charge) ?? '', owner('payment_intent', id))
  }
  const acting = <T>(act: () => T): T => {
    try {
      return structuredClone(act())
    } finally {
      runAfterwards()
    }
  }
  const payout = (id: string) => store.find('payout', id, owner('payout', id))
  return {
    openDispute: (id, options) => acting(() => openDispute(emulation, { charge: chargeOf(id), ...options })),
    decideDispute: (id, status) =>
      acting(() => decideDispute(emulation, store.find('dispute', id, owner('dispute', id)), status)),
    failRefund: (id, reason) =>
      acting(() => failRefund(emulation, store.find('refund', id, owner('refund', id)), reason)),
    bookCharge: (id) => acting(() => bookCharge(emulation, chargeOf(id), owner('payment_intent', id))),
    settlePayout: (id) => acting(() => settlePayout(emulation, payout(id))),
    failPayout: (id, code = 'could_not_process') => acting(() => failPayout(emulation, payout(id), code)),
    completeOnboarding: (id, bankNumber = TEST_BANKS[0].number) =>
      acting(() => completeOnboarding(emulation, store.find('account', id, null), bankNumber)),
    restrictAccount: (id, due) => acting(() => restrictAccount(emulation, store.find('account', id, null), due)),
    expireSession: (id) =>
      acting(() => {
        const account = owner('checkout.session', id)
        return expireSession(emulation, store.find('checkout.session', id, account), account)
      }),
    topUp: (amount, currency, account) => {
      move(emulation, { account: account ?? null, type: 'topup', amount, currency, source: newId('tu') })
    },
    setRules: (rules) => Object.assign(emulation.rules, rules),
  }
}
