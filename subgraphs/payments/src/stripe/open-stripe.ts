import { serviceUnavailable } from '@gigraph/shared/errors'
import Stripe from 'stripe'

/** Below the gateway's patience, all tries included. */
const TIMEOUT_MS = 6_000
const RETRIES = 2

interface StripeSettings {
  readonly STRIPE_SECRET_KEY: string
  readonly STRIPE_API_URL?: string | undefined
}

/** Stripe's own SDK, for Stripe or for what STRIPE_API_URL names. */
export const openStripe = ({ STRIPE_SECRET_KEY, STRIPE_API_URL }: StripeSettings): Stripe => {
  const settings = { timeout: TIMEOUT_MS, maxNetworkRetries: RETRIES, telemetry: false }
  if (!STRIPE_API_URL) return new Stripe(STRIPE_SECRET_KEY, settings)
  const { hostname, port, protocol } = new URL(STRIPE_API_URL)
  const scheme = protocol === 'https:' ? 'https' : 'http'
  return new Stripe(STRIPE_SECRET_KEY, {
    ...settings,
    host: hostname,
    port: port || (scheme === 'https' ? 443 : 80),
    protocol: scheme,
  })
}

/**
 * Before this, Stripe may have forgotten an idempotency key: it keeps them for 24 hours at least. Then what an earlier try has made is
 * looked for first (https://docs.stripe.com/api/idempotent_requests).
 */
export const KEY_LIFETIME = '-23h'

/** The id of what Stripe gives as an id or, expanded, as the object. */
export const stripeId = (reference: string | { readonly id: string } | null | undefined): string | null =>
  typeof reference === 'string' ? reference : (reference?.id ?? null)

/** Stripe writes currencies in lower case. */
export const fromStripeCurrency = (currency: string): string => currency.toUpperCase()

/** Whether Stripe understood and refused for good, so that asking again cannot help. */
export const isRefusal = (error: unknown): error is Stripe.errors.StripeError =>
  error instanceof Stripe.errors.StripeInvalidRequestError ||
  error instanceof Stripe.errors.StripeCardError ||
  error instanceof Stripe.errors.StripePermissionError

/** Whether what was asked about is not there (any more), or never was ours to see. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeError && (error.code === 'resource_missing' || error.code === 'account_invalid')

/**
 * For a person who waits: Stripe's silence is not our fault, and trying again is right.
 *
 * @throws {ApplicationError} SERVICE_UNAVAILABLE when Stripe does not answer, fails, or is busy with the same call
 */
export const sayWhenAway = (error: unknown): never => {
  const away =
    error instanceof Stripe.errors.StripeConnectionError ||
    error instanceof Stripe.errors.StripeAPIError ||
    error instanceof Stripe.errors.StripeRateLimitError ||
    error instanceof Stripe.errors.StripeIdempotencyError
  throw away ? serviceUnavailable('Stripe') : error
}
