import type Stripe from 'stripe'
import { missing } from './fault.ts'

/** An event as it is kept: Stripe's envelope around a snapshot of any object. */
export interface StoredEvent
  extends Pick<
    Stripe.Event,
    'id' | 'object' | 'api_version' | 'created' | 'livemode' | 'pending_webhooks' | 'request'
  > {
  account?: string
  data: { object: unknown; previous_attributes?: Record<string, unknown> }
  type: string
}

/** What the hosted page must know of a session beyond what the API shows. The id is the session's. */
export interface CheckoutDetails {
  id: string
  object: 'emulator.checkout_details'
  lineItems: Stripe.LineItem[]
  intent: {
    metadata: Record<string, string>
    description: string | null
    receiptEmail: string | null
    statementDescriptorSuffix: string | null
    transferGroup: string | null
  }
  manualCapture: boolean
  /** The intent of earlier, declined tries: Stripe reuses it for the next one. */
  intentId: string | null
}

/** Which test card an intent was last tried with. The id is the intent's. */
export interface CardAttempt {
  id: string
  object: 'emulator.card_attempt'
  cardNumber: string
  email: string | null
  name: string | null
  returnUrl: string | null
  sessionId: string | null
}

/** One onboarding link; its id is the secret part of the URL. */
interface OnboardingLink {
  id: string
  object: 'emulator.onboarding_link'
  account: string
  returnUrl: string
  refreshUrl: string
  expiresAt: number
  usedAt: number | null
}

/** Every kind of object that the emulator keeps, by its `object` member. */
export interface Tables {
  account: Stripe.Account
  balance_transaction: Stripe.BalanceTransaction
  charge: Stripe.Charge
  'checkout.session': Stripe.Checkout.Session
  customer: Stripe.Customer
  dispute: Stripe.Dispute
  event: StoredEvent
  payment_intent: Stripe.PaymentIntent
  payout: Stripe.Payout
  refund: Stripe.Refund
  transfer: Stripe.Transfer
  transfer_reversal: Stripe.TransferReversal
  'emulator.card_attempt': CardAttempt
  'emulator.checkout_details': CheckoutDetails
  'emulator.onboarding_link': OnboardingLink
}

/** The name of a kind of object. */
export type Kind = keyof Tables

/** An object together with the account that owns it: `null` is the platform. */
export interface Row<T> {
  account: string | null
  value: T
}

type AnyRow = Row<Tables[Kind]>

/** The whole content of a store, as it is written to the state file. */
export interface StoreSnapshot {
  rows: { kind: Kind; account: string | null; value: unknown }[]
}

/**
 * All objects in memory, in order of creation. Operations are synchronous from their first read to their last write,
 * so two requests cannot interleave: that is what keeps parallel refunds within the captured amount.
 */
export class Store {
  readonly #kinds = new Map<Kind, Map<string, AnyRow>>()
  readonly #onChange: () => void

  constructor(onChange: () => void = () => {}) {
    this.#onChange = onChange
  }

  /** Inserts or replaces an object. */
  save<K extends Kind>(kind: K, value: Tables[K], account: string | null): Tables[K] {
    this.#table(kind).set(idOf(value), { account, value })
    this.#onChange()
    return value
  }

  /** Changes some members of an object and returns it. */
  change<K extends Kind>(kind: K, id: string, changes: Partial<Tables[K]>): Tables[K] {
    const row = this.row(kind, id)
    if (!row) throw missing(kind, id)
    Object.assign(row.value, changes)
    this.#onChange()
    return row.value
  }

  /** The object with its owner, or undefined. */
  row<K extends Kind>(kind: K, id: string): Row<Tables[K]> | undefined {
    return this.#table(kind).get(id) as Row<Tables[K]> | undefined
  }

  /** The object whoever owns it, or undefined. */
  findOptional<K extends Kind>(kind: K, id: string): Tables[K] | undefined {
    return this.row(kind, id)?.value
  }

  /**
   * The object that this account may see.
   *
   * @throws StripeFault 404 `resource_missing` when there is none, naming `param`.
   */
  find<K extends Kind>(kind: K, id: string, account: string | null, param = 'id'): Tables[K] {
    const row = this.row(kind, id)
    if (!row || row.account !== account) throw missing(kind, id, param)
    return row.value
  }

  /** The objects of a kind that belong to an account, oldest first. */
  list<K extends Kind>(kind: K, account: string | null): Tables[K][] {
    const found: Tables[K][] = []
    for (const row of this.#table(kind).values()) if (row.account === account) found.push(row.value as Tables[K])
    return found
  }

  /** The objects of a kind, whoever owns them, oldest first. */
  listAll<K extends Kind>(kind: K): Row<Tables[K]>[] {
    return [...this.#table(kind).values()] as Row<Tables[K]>[]
  }

  remove(kind: Kind, id: string): void {
    this.#table(kind).delete(id)
    this.#onChange()
  }

  snapshot(): StoreSnapshot {
    const rows: StoreSnapshot['rows'] = []
    for (const [kind, table] of this.#kinds) for (const row of table.values()) rows.push({ kind, ...row })
    return { rows }
  }

  /** Fills an empty store from a snapshot. */
  restore(snapshot: StoreSnapshot): void {
    for (const { kind, account, value } of snapshot.rows) {
      this.#table(kind).set(idOf(value as Tables[Kind]), { account, value: value as Tables[Kind] })
    }
  }

  #table(kind: Kind): Map<string, AnyRow> {
    let table = this.#kinds.get(kind)
    if (!table) {
      table = new Map()
      this.#kinds.set(kind, table)
    }
    return table
  }
}

const idOf = (value: { id: string }) => value.id
