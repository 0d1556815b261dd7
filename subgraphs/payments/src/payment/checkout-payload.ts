import type { Result } from '@gigraph/shared/errors'
import type { PaymentRow } from './tables.ts'

/** How an open payment page is answered. */
export const checkoutPayload = (result: Result<PaymentRow>) => {
  if (!result.ok) return { checkout: null, payment: null, userErrors: result.errors }
  const { checkoutUrl: url, sessionId, checkoutExpiresAt: expiresAt } = result.value
  return { checkout: { url, sessionId: sessionId ?? '', expiresAt }, payment: result.value, userErrors: [] }
}
