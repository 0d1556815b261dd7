/** How a test card behaves. */
export interface TestCard {
  number: string
  brand: 'visa' | 'mastercard' | 'amex'
  /** What the checkout page says about it. */
  label: string
  /** Ids under which the API accepts it as a payment method. */
  paymentMethods: string[]
  /** Whether the issuer asks for 3-D Secure. */
  challenge?: true
  /** Refused, after a passed challenge if there is one. */
  decline?: CardDecline
  /** A dispute with this reason follows the payment. */
  dispute?: 'fraudulent' | 'product_not_received'
  /** How refunds to it go: they succeed at once unless said otherwise. */
  refund?: 'pending' | 'fails'
  /** Its money skips the pending balance. */
  availableAtOnce?: true
}

/** Why an issuer refused, in Stripe's words (https://docs.stripe.com/declines/codes). */
export interface CardDecline {
  code: string
  declineCode?: string
  message: string
}

const declined = (declineCode: string, message = 'Your card was declined.'): CardDecline => ({
  code: 'card_declined',
  declineCode,
  message,
})

/** Stripe's published test cards (https://docs.stripe.com/testing), the ones that matter to a marketplace. */
export const TEST_CARDS: TestCard[] = [
  { number: '4242424242424242', brand: 'visa', label: 'Succeeds', paymentMethods: ['pm_card_visa'] },
  { number: '4000056655665556', brand: 'visa', label: 'Succeeds (debit)', paymentMethods: ['pm_card_visa_debit'] },
  { number: '5555555555554444', brand: 'mastercard', label: 'Succeeds', paymentMethods: ['pm_card_mastercard'] },
  { number: '378282246310005', brand: 'amex', label: 'Succeeds', paymentMethods: ['pm_card_amex'] },
  {
    number: '4000000000000077',
    brand: 'visa',
    label: 'Succeeds, funds available at once',
    paymentMethods: ['pm_card_bypassPending'],
    availableAtOnce: true,
  },
  {
    number: '4000002500003155',
    brand: 'visa',
    label: '3-D Secure',
    paymentMethods: ['pm_card_authenticationRequiredOnSetup'],
    challenge: true,
  },
  {
    number: '4000002760003184',
    brand: 'visa',
    label: '3-D Secure, always',
    paymentMethods: ['pm_card_authenticationRequired', 'pm_card_threeDSecure2Required'],
    challenge: true,
  },
  {
    number: '4000008400001629',
    brand: 'visa',
    label: '3-D Secure, then declined',
    paymentMethods: ['pm_card_threeDSecureRequiredChargeDeclined'],
    challenge: true,
    decline: declined('generic_decline'),
  },
  {
    number: '4000000000000002',
    brand: 'visa',
    label: 'Declined',
    paymentMethods: ['pm_card_chargeDeclined', 'pm_card_visa_chargeDeclined'],
    decline: declined('generic_decline'),
  },
  {
    number: '4000000000009995',
    brand: 'visa',
    label: 'Insufficient funds',
    paymentMethods: ['pm_card_chargeDeclinedInsufficientFunds', 'pm_card_visa_chargeDeclinedInsufficientFunds'],
    decline: declined('insufficient_funds', 'Your card has insufficient funds.'),
  },
  {
    number: '4000000000009987',
    brand: 'visa',
    label: 'Lost card',
    paymentMethods: ['pm_card_visa_chargeDeclinedLostCard'],
    decline: declined('lost_card'),
  },
  {
    number: '4000000000009979',
    brand: 'visa',
    label: 'Stolen card',
    paymentMethods: ['pm_card_visa_chargeDeclinedStolenCard'],
    decline: declined('stolen_card'),
  },
  {
    number: '4000000000000069',
    brand: 'visa',
    label: 'Expired card',
    paymentMethods: ['pm_card_chargeDeclinedExpiredCard'],
    decline: { code: 'expired_card', message: 'Your card has expired.' },
  },
  {
    number: '4000000000000127',
    brand: 'visa',
    label: 'Incorrect CVC',
    paymentMethods: ['pm_card_chargeDeclinedIncorrectCvc'],
    decline: { code: 'incorrect_cvc', message: "Your card's security code is incorrect." },
  },
  {
    number: '4000000000000119',
    brand: 'visa',
    label: 'Processing error',
    paymentMethods: ['pm_card_chargeDeclinedProcessingError'],
    decline: { code: 'processing_error', message: 'An error occurred while processing your card. Try again later.' },
  },
  {
    number: '4000000000000259',
    brand: 'visa',
    label: 'Succeeds, then disputed as fraudulent',
    paymentMethods: ['pm_card_createDispute'],
    dispute: 'fraudulent',
  },
  {
    number: '4000000000002685',
    brand: 'visa',
    label: 'Succeeds, then disputed as not received',
    paymentMethods: ['pm_card_createDisputeProductNotReceived'],
    dispute: 'product_not_received',
  },
  {
    number: '4000000000007726',
    brand: 'visa',
    label: 'Succeeds; refunds begin as pending',
    paymentMethods: ['pm_card_pendingRefund'],
    refund: 'pending',
  },
  {
    number: '4000000000005126',
    brand: 'visa',
    label: 'Succeeds; refunds fail later',
    paymentMethods: ['pm_card_refundFail'],
    refund: 'fails',
  },
]

const byNumber = new Map(TEST_CARDS.map((card) => [card.number, card]))
const byPaymentMethod = new Map(TEST_CARDS.flatMap((card) => card.paymentMethods.map((id) => [id, card] as const)))

/** The test card with this number (digits only), if Stripe publishes it. */
export const cardByNumber = (number: string): TestCard | undefined => byNumber.get(number)

/** The test card behind a payment method such as `pm_card_visa`. */
export const cardByPaymentMethod = (id: string): TestCard | undefined => byPaymentMethod.get(id)

/** The Luhn check digit (ISO/IEC 7812-1). */
export function passesLuhn(number: string): boolean {
  if (!/^\d{12,19}$/.test(number)) return false
  const sum = [...number].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return sum % 10 === 0
}
