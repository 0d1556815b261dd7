import { randomInt } from 'node:crypto'
import { signatureHeader } from './webhook-signature.ts'

/** One message on its way to the receiver. */
export interface Delivery {
  eventId: string
  /** 1 for the first try. */
  attempt: number
  /** Milliseconds of the machine's clock before which it waits. */
  dueAt: number
}

/** The outcome of one try. `status` is null when nothing answered. */
export interface DeliveryResult {
  eventId: string
  attempt: number
  status: number | null
  delivered: boolean
}

/** How failed deliveries are repeated: after `firstMs`, doubling up to `longestMs`, `attempts` times in all. */
export interface RetryPolicy {
  attempts: number
  firstMs: number
  longestMs: number
}

/** Patient enough for a service that starts a few minutes after the emulator; Stripe itself tries for three days. */
export const DEFAULT_RETRY: RetryPolicy = { attempts: 14, firstMs: 250, longestMs: 60_000 }

/** Milliseconds before the try after this one. */
export const backoffMs = (policy: RetryPolicy, attempt: number) =>
  Math.min(policy.firstMs * 2 ** (attempt - 1), policy.longestMs)

/** Posts one signed event; answers outside 2xx and no answer within ten seconds count as failed. */
export async function post(
  { url, secret, body, timestamp }: { url: string; secret: string; body: string; timestamp: number },
  signal: AbortSignal,
): Promise<number | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': signatureHeader(body, secret, timestamp),
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    })
    await response.body?.cancel()
    return response.status
  } catch {
    // Refused, reset or too slow: all of them mean "not delivered", and the result says so.
    return null
  }
}

/** A copy of the list in random order (Fisher–Yates). */
export function shuffled<T>(items: readonly T[]): T[] {
  const result = [...items]
  for (let last = result.length - 1; last > 0; last--) {
    const other = randomInt(last + 1)
    const item = result[last] as T
    result[last] = result[other] as T
    result[other] = item
  }
  return result
}
