import { cardByNumber, passesLuhn, type TestCard } from '../cards.ts'
import type { FormFault } from './checkout-page.ts'

/** A read card form. */
export type ReadCard = { ok: true; card: TestCard } | { ok: false; fault: FormFault }

const wrong = (code: string, message: string, declineCode?: string): ReadCard => ({
  ok: false,
  fault: { code, message, declineCode },
})

const REAL_CARD =
  'Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test cards, visit: https://stripe.com/docs/testing.'

/**
 * Checks what was typed as Stripe's page does before it asks the bank.
 *
 * @param now Unix seconds.
 */
export function readCard(form: { number: string; expiry: string; cvc: string }, now: number): ReadCard {
  const number = form.number.replace(/[\s-]/g, '')
  if (!passesLuhn(number)) return wrong('incorrect_number', 'Your card number is incorrect.')
  const expiry = /^(\d{1,2})\s*\/\s*(?:20)?(\d{2})$/.exec(form.expiry)
  const month = Number(expiry?.[1])
  if (!expiry || month < 1 || month > 12) {
    return wrong('invalid_expiry_month', "Your card's expiration month is invalid.")
  }
  if (Date.UTC(2000 + Number(expiry[2]), month, 1) / 1000 <= now) {
    return wrong('invalid_expiry_year', "Your card's expiration year is in the past.")
  }
  const card = cardByNumber(number)
  const digits = card?.brand === 'amex' ? /^\d{3,4}$/ : /^\d{3}$/
  if (!digits.test(form.cvc)) return wrong('invalid_cvc', "Your card's security code is invalid.")
  return card ? { ok: true, card } : wrong('card_declined', REAL_CARD, 'test_mode_live_card')
}
