import type { EventLog } from './event-log.ts'
import type { Store } from './store.ts'

/** Who asks: the header `Stripe-Account`, or `null` for the platform itself. */
export type AccountId = string | null

/** Rules of the emulated Stripe that a test may want to bend. */
export interface Rules {
  /** Seconds until the money of a charge is available; Stripe's test mode takes days, 0 makes it available at once. */
  settlementSeconds: number
  /** Whether a charge's movement on the balance is there with the charge, or waits for a lever, as Stripe's may. */
  bookCharges: boolean
  /** Whether a payout is paid (or fails, by its bank account) right after its creation, or waits for a lever. */
  settlePayouts: boolean
}

/** What every operation works on. */
export interface Emulation {
  readonly store: Store
  readonly events: EventLog
  readonly rules: Rules
  /** Unix seconds. */
  now(): number
  /** Base of the hosted pages, without a slash at its end. */
  publicUrl(): string
  /** Runs something after the present operation has answered its caller's question: a dispute, a payout's arrival. */
  afterwards(effect: () => void): void
}
