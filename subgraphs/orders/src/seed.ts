import type { Terms } from '@gigraph/marketplace/internal'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { after, type Duration } from '@gigraph/shared/time'
import type { Context } from './context.ts'
import { nextDueAt } from './order/deadlines.ts'
import { newOrder } from './order/new-order.ts'
import { type Actor, endStates, type FullOrder, type OrderEvent, type OrderState } from './order/order.ts'
import { orderRow } from './order/order-store.ts'
import { milestoneRow } from './order/parts-store.ts'
import type { Details } from './order/rules.ts'
import { orderMachine } from './order/transitions.ts'
import { changeRequests, deliveries, disputes, milestones, orders, timeline } from './tables.ts'

/** An order of the demo data: how it began and where it stands now. */
export interface OrderToSeed {
  readonly terms: Terms
  readonly buyerId: string
  readonly state: OrderState
  /** An open order's last step is moved near the present, so that no deadline of it has passed. */
  readonly placedAt: Date
  /** What the seller wrote to the delivery. */
  readonly deliveryMessage?: string
  /** What the buyer wrote to a revision, a cancellation or a dispute. */
  readonly note?: string
}

interface Step {
  readonly event: OrderEvent
  readonly by: Actor
  /** After the step before. */
  readonly later: Duration
  readonly details?: Details | ((order: FullOrder) => Details)
}

/** Orders per transaction: well within its time and PostgreSQL's 65,535 parameters, also on a busy machine. */
const CHUNK = 200

/** The way from a new order to each state, through the same machine that carries real ones. */
const wayTo = ({ state, terms, note = 'Please see our messages.' }: OrderToSeed): Step[] => {
  const [first] = terms.milestones
  const pay: Step = {
    event: 'PAY',
    by: 'PAYMENTS',
    later: '4m',
    details: { amountMinor: first?.amount.amountMinor ?? terms.price.amountMinor },
  }
  const answers = Object.fromEntries(
    terms.requirements.map(({ id, choices }) => [id, choices[0] ?? 'As in your examples.']),
  )
  const asks = terms.requirements.length > 0
  const begin: Step[] = asks
    ? [pay, { event: 'SUBMIT_REQUIREMENTS', by: 'BUYER', later: '3h', details: { answers } }]
    : [pay]
  const work: Duration = `${Math.max(0.5, terms.deliveryDays * 0.7)}d`
  const deliver: Step[] = first ? begin : [...begin, { event: 'DELIVER', by: 'SELLER', later: work }]
  const deliverFirst: Step = {
    event: 'DELIVER_MILESTONE',
    by: 'SELLER',
    later: `${Math.max(0.5, (first?.deliveryDays ?? 1) * 0.7)}d`,
    details: ({ milestones: [step] }) => ({ milestoneId: step?.id ?? null }),
  }
  switch (state) {
    case 'PENDING_PAYMENT':
      return []
    case 'EXPIRED':
      return [{ event: 'EXPIRE', by: 'SYSTEM', later: '30m' }]
    case 'AWAITING_REQUIREMENTS':
      return [pay]
    case 'IN_PROGRESS':
      return first ? [...begin, deliverFirst] : begin
    case 'DELIVERED':
      return deliver
    case 'REVISION':
      return [...deliver, { event: 'REQUEST_REVISION', by: 'BUYER', later: '20h', details: { note } }]
    case 'DISPUTED':
      return [...deliver, { event: 'OPEN_DISPUTE', by: 'BUYER', later: '20h', details: { note } }]
    case 'COMPLETED':
      return [...deliver, { event: 'ACCEPT', by: 'BUYER', later: '1d' }]
    case 'CANCELLED':
      return [
        ...begin,
        { event: 'REQUEST_CANCELLATION', by: 'BUYER', later: '5h', details: { note, fault: 'NOBODY' } },
        { event: 'ANSWER_CANCELLATION', by: 'SELLER', later: '6h', details: { accept: true } },
      ]
  }
}

interface Seeded {
  readonly order: FullOrder
  readonly entries: (typeof timeline.$inferInsert)[]
  readonly deliveries: (typeof deliveries.$inferInsert)[]
}

/** Short of every deadline but the payment's. */
const SPREAD_MS = 20 * 3_600_000

/** How much later (ms) a history has to be: an open order's last step lies within the last 20 hours, an ended one's in the past. */
const shiftOf = ({ state, placedAt }: OrderToSeed, steps: readonly Step[], now: Date): number => {
  const last = steps.reduce((at, { later }) => after(at, later), placedAt)
  const ended = endStates.includes(state)
  const agoMs = ended || state === 'PENDING_PAYMENT' ? 60_000 : placedAt.getTime() % SPREAD_MS
  const shift = now.getTime() - agoMs - last.getTime()
  return ended ? Math.min(0, shift) : shift
}

const carry = (ctx: Context, seed: OrderToSeed): Seeded => {
  const steps = wayTo(seed)
  let at = new Date(seed.placedAt.getTime() + shiftOf(seed, steps, ctx.clock.now()))
  const { terms, buyerId } = seed
  let order = newOrder(ctx.makeId, { terms, buyerId, proposalId: null, offerId: null, createdAt: at })
  const person = (by: Actor) => (by === 'BUYER' ? buyerId : by === 'SELLER' ? terms.sellerId : null)
  const common = { orderId: order.id, note: null }
  const placed = { actor: 'BUYER', actorId: buyerId, fromState: null, toState: order.state } as const
  const entries: Seeded['entries'] = [{ ...common, ...placed, id: ctx.makeId(), event: 'PLACE', happenedAt: at }]
  const delivered: Seeded['deliveries'] = []
  for (const { event, by, later, details: given = {} } of steps) {
    at = after(at, later)
    const details = typeof given === 'function' ? given(order) : given
    const applied = orderMachine.apply(order, event, { ...details, newId: ctx.makeId(), by, at })
    if (!applied.ok)
      throw new Error(`a ${seed.state} order cannot be seeded with these terms: ${applied.errors[0]?.message}`)
    const states = { fromState: order.state, toState: applied.value.state }
    entries.push({
      ...common,
      ...states,
      id: ctx.makeId(),
      event,
      actor: by,
      actorId: person(by),
      happenedAt: at,
      note: details.note ?? null,
    })
    if (event === 'DELIVER' || event === 'DELIVER_MILESTONE') {
      const { deliveryMessage: message = 'Here is the work. I hope you like it!' } = seed
      const { milestoneId = null } = details
      delivered.push({ id: ctx.makeId(), orderId: order.id, milestoneId, message, deliveredAt: at })
    }
    order = applied.value
  }
  return { order: { ...order, nextDueAt: nextDueAt(order) }, entries, deliveries: delivered }
}

/**
 * Writes orders with their whole history, without telling anybody: payments, reviews and the rest are seeded by their owners.
 *
 * @returns the orders as they are now, in the order of `rows`; `startedAt` and `endedAt` say when money moved
 * @throws {Error} when terms do not allow the state: AWAITING_REQUIREMENTS without questions, DELIVERED with milestones
 *   (of an order in steps that is in progress the first step is delivered)
 */
export const seedOrders = async (ctx: Context, rows: readonly OrderToSeed[]): Promise<FullOrder[]> => {
  const all = rows.map((row) => carry(ctx, row))
  for (let from = 0; from < all.length; from += CHUNK) {
    const chunk = all.slice(from, from + CHUNK)
    await transaction(ctx.db, (tx) => write(tx, chunk))
  }
  return all.map(({ order }) => order)
}

const write = async (tx: Transaction, chunk: readonly Seeded[]): Promise<void> => {
  await tx.insert(orders).values(chunk.map(({ order }) => orderRow(order)))
  await tx.insert(timeline).values(chunk.flatMap(({ entries }) => entries))
  const handed = chunk.flatMap((each) => each.deliveries)
  if (handed.length > 0) await tx.insert(deliveries).values(handed)
  const asked = chunk.flatMap(({ order }) => order.requests)
  if (asked.length > 0) await tx.insert(changeRequests).values(asked)
  const opened = chunk.flatMap(({ order }) => (order.dispute ? [order.dispute] : []))
  if (opened.length > 0) await tx.insert(disputes).values(opened)
  const steps = chunk.flatMap(({ order }) => order.milestones.map(milestoneRow))
  if (steps.length > 0) await tx.insert(milestones).values(steps)
}
