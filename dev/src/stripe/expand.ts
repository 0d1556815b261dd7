import type Stripe from 'stripe'
import { refused } from './fault.ts'
import { paginate } from './paginate.ts'
import type { Kind, Store } from './store.ts'

/** Which kind of object stands behind a member that holds an id. */
const KIND_BY_PREFIX: Record<string, Kind> = {
  acct: 'account',
  ch: 'charge',
  cs: 'checkout.session',
  cus: 'customer',
  du: 'dispute',
  pi: 'payment_intent',
  po: 'payout',
  py: 'charge',
  re: 'refund',
  tr: 'transfer',
  trr: 'transfer_reversal',
  txn: 'balance_transaction',
}

/** Stripe refuses deeper ones (https://docs.stripe.com/expand). */
const DEEPEST = 4

type Json = Record<string, unknown>

/** Lists that an object shows only when asked to. */
function includable(store: Store, object: Json, member: string): unknown {
  const id = String(object.id)
  if (object.object === 'checkout.session' && member === 'line_items') {
    const items = store.findOptional('emulator.checkout_details', id)?.lineItems ?? []
    const url = `/v1/checkout/sessions/${id}/line_items`
    return { object: 'list', data: items, has_more: false, url } satisfies Stripe.ApiList<Stripe.LineItem>
  }
  if (object.object === 'charge' && member === 'refunds') {
    const account = store.row('charge', id)?.account ?? null
    const refunds = store.list('refund', account).filter((refund) => refund.charge === id)
    return paginate(refunds, {}, `/v1/charges/${id}/refunds`)
  }
  return undefined
}

// Expansion comes after execution, so this refusal is kept for an idempotency key: a retry must not act again.
function notExpandable(path: string): never {
  throw refused(`This property cannot be expanded (${path}).`, { param: 'expand' })
}

function expandPath(store: Store, object: Json, parts: string[], path: string): void {
  const [member = '', ...rest] = parts
  const value = object[member] ?? includable(store, object, member)
  if (value === undefined && !(member in object)) notExpandable(path)
  if (value === null || value === undefined) return
  if (typeof value === 'number' || typeof value === 'boolean') notExpandable(path)
  // Top-ups come from a lever, not from an object: they stay ids.
  if (typeof value === 'string' && value.startsWith('tu_')) return
  let expanded: unknown = structuredClone(value)
  if (typeof value === 'string') {
    const kind = KIND_BY_PREFIX[value.slice(0, value.indexOf('_'))]
    const found = kind && store.findOptional(kind, value)
    if (!found) notExpandable(path)
    expanded = structuredClone(found)
  }
  object[member] = expanded
  if (rest.length === 0) return
  for (const item of Array.isArray(expanded) ? expanded : [expanded]) expandPath(store, item as Json, rest, path)
}

/**
 * A copy of an answer in which the named members hold objects instead of ids.
 *
 * @param paths such as `latest_charge.balance_transaction`, or `data.payment_intent` in a list.
 * @throws StripeFault for members that hold nothing to expand.
 */
export function withExpansions(store: Store, answer: unknown, paths: string[] | undefined): unknown {
  if (!paths || paths.length === 0) return answer
  const copy = structuredClone(answer) as Json
  for (const path of paths) {
    const parts = path.split('.')
    if (parts.length > DEEPEST) {
      throw refused('You cannot expand more than 4 levels of a property.', { param: 'expand' })
    }
    expandPath(store, copy, parts, path)
  }
  return copy
}
