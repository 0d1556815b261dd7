import Stripe from 'stripe'
import { newId } from './ids.ts'
import type { Store, StoredEvent } from './store.ts'

/** Which API request made an event happen; null members for what no key was sent with. */
export interface RequestMark {
  id: string | null
  idempotency_key: string | null
}

/** Options of {@link EventLog.emit}. */
export interface EmitOptions {
  /** The connected account on which it happened; null for the platform. */
  account: string | null
  /** The former values of what changed, for `*.updated` events. */
  previous?: Record<string, unknown>
}

/** Names of the events that the emulator publishes (https://docs.stripe.com/api/events/types). */
export type EventType = Extract<
  Stripe.Event['type'],
  | `account.${string}`
  | `charge.${string}`
  | `checkout.session.${string}`
  | `customer.${string}`
  | `payment_intent.${string}`
  | `payout.${string}`
  | `refund.${string}`
  | `transfer.${string}`
>

/** Writes events, with a snapshot of their object, and hands them to whoever delivers them. */
export class EventLog {
  /** The request that is being answered; hosted pages and levers have none. */
  request: RequestMark | null = null
  readonly #store: Store
  readonly #now: () => number
  readonly #deliver: (event: StoredEvent) => boolean

  /** @param deliver returns whether a receiver waits for the event. */
  constructor(store: Store, now: () => number, deliver: (event: StoredEvent) => boolean) {
    this.#store = store
    this.#now = now
    this.#deliver = deliver
  }

  emit(type: EventType, object: unknown, { account, previous }: EmitOptions): StoredEvent {
    const event: StoredEvent = {
      id: newId('evt'),
      object: 'event',
      ...(account ? { account } : {}),
      api_version: Stripe.API_VERSION,
      created: this.#now(),
      data: {
        object: structuredClone(object),
        ...(previous ? { previous_attributes: structuredClone(previous) } : {}),
      },
      livemode: false,
      pending_webhooks: 0,
      request: this.request ?? { id: null, idempotency_key: null },
      type,
    }
    this.#store.save('event', event, account)
    if (this.#deliver(event)) this.#store.change('event', event.id, { pending_webhooks: 1 })
    return event
  }
}
