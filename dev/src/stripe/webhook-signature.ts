import { signatureOf } from '@gigraph/shared/auth'

/**
 * The header `Stripe-Signature` of a webhook: HMAC-SHA-256 over `<timestamp>.<body>` with the endpoint's whole secret
 * (https://docs.stripe.com/webhooks#verify-manually).
 *
 * @param timestamp Unix seconds.
 */
export function signatureHeader(body: string, secret: string, timestamp: number): string {
  const signature = signatureOf({ key: secret, text: `${timestamp}.${body}`, encoding: 'hex' })
  return `t=${timestamp},v1=${signature}`
}
