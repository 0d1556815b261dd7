import { createHash } from 'node:crypto'
import { after, type Duration, milliseconds } from '@gigraph/shared/time'
import type { webhookAttempts, webhookDeliveries, webhookEndpoints } from './tables.ts'

export type EndpointRow = typeof webhookEndpoints.$inferSelect
export type DeliveryRow = typeof webhookDeliveries.$inferSelect
export type AttemptRow = typeof webhookAttempts.$inferSelect
export type DeliveryStatus = DeliveryRow['status']

export const MOST_ENDPOINTS = 10
/** Tests and repetitions that somebody may ask for within a minute. */
export const REQUESTS_PER_MINUTE = 10
/** Every attempt is shown for that long, then forgotten. */
export const KEPT = '30d'

/** Waits before the second try and those after it: three days in all. */
const waits: readonly Duration[] = ['5s', '5m', '30m', '2h', '5h', '10h', '14h', '20h', '24h']

/** Between 0.9 and 1.1, the same for the same try: what failed together does not come back together. */
const jitter = (deliveryId: string, tries: number): number => {
  const hash = createHash('sha256').update(`${deliveryId} ${tries}`).digest()
  return 0.9 + (0.2 * hash.readUInt32BE(0)) / 2 ** 32
}

/** When to try again after `tries` tries that failed; never sooner than the receiver asked for. Null: it is given up. */
export const nextTry = (
  { id, tries }: Pick<DeliveryRow, 'id' | 'tries'>,
  now: Date,
  retryAfterSeconds: number | null,
): Date | null => {
  const wait = waits[tries - 1]
  if (!wait) return null
  const asked = Math.min((retryAfterSeconds ?? 0) * 1_000, milliseconds('24h'))
  return new Date(now.getTime() + Math.round(Math.max(milliseconds(wait) * jitter(id, tries), asked)))
}

/** From here on an answer counts as slow. */
const SLOW_MS = 2_000
const LANES = 4

/**
 * How many calls to an endpoint may be in hand at once. Who has not answered well yet, fails or is slow gets one: so it takes little of what
 * all share.
 */
export const lanesOf = ({
  failingSince,
  lastDurationMs,
}: Pick<EndpointRow, 'failingSince' | 'lastDurationMs'>): number =>
  failingSince === null && lastDurationMs !== null && lastDurationMs < SLOW_MS ? LANES : 1

/** An endpoint through which nothing has come for so long is switched off when a delivery is given up. */
const HOPELESS: Duration = '2d'

export const isHopeless = (failingSince: Date, now: Date): boolean => after(failingSince, HOPELESS) <= now
