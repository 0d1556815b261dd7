import { makeId } from '@gigraph/shared/time'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { firstDue, nextDueAt } from './deadlines.ts'
import { actors, type FullOrder, heldMinor, type OrderEvent, orderEvents, restMinor, states } from './order.ts'
import { aMilestone, anOrder, day, now } from './testing/orders.ts'
import { orderMachine, transitions } from './transitions.ts'

/** What happened to the money of an order, as payments would book it from the events. */
interface Book {
  paid: number
  escrow: number
  toSeller: number
  toBuyer: number
}

/** Books one accepted step as announce tells it. */
const book = (books: Book, event: OrderEvent, before: FullOrder, after: FullOrder, amountMinor: number) => {
  const move = (to: 'toSeller' | 'toBuyer', minor: number) => {
    books.escrow -= minor
    books[to] += minor
  }
  if (event === 'PAY') {
    books.paid += amountMinor
    books.escrow += amountMinor
    if (before.state === 'CANCELLED' || before.state === 'EXPIRED') move('toBuyer', amountMinor)
  } else if (event === 'REFUND') {
    // After the end it is what a cancellation has caused, or the seller's money.
    if (!before.endedAt) move('toBuyer', amountMinor)
  } else if (event === 'RESOLVE_DISPUTE' || event === 'ACCEPT_SETTLEMENT') {
    move('toSeller', after.dispute?.toSellerMinor ?? 0)
    move('toBuyer', after.dispute?.toBuyerMinor ?? 0)
  } else if (event === 'ACCEPT_MILESTONE') {
    const released = after.milestones.find(
      ({ state }, index) => state === 'RELEASED' && before.milestones[index]?.state !== 'RELEASED',
    )
    move('toSeller', released ? restMinor(released) : 0)
  } else if (before.state !== after.state && after.state === 'COMPLETED') move('toSeller', heldMinor(before))
  else if (before.state !== after.state && after.state === 'CANCELLED') move('toBuyer', heldMinor(before))
}

const pairs = orderEvents.flatMap((event) => actors.map((by) => ({ event, by })))

const stepArbitrary = fc.record({
  /** Mostly something that is possible, so that sequences get far; sometimes anything. */
  wild: fc.integer({ min: 0, max: 9 }).map((of) => of === 0),
  pick: fc.nat(),
  /** Most steps that would end the order are left out, for the same reason. */
  end: fc.integer({ min: 0, max: 4 }).map((of) => of === 0),
  hours: fc.integer({ min: 0, max: 40 }),
  accept: fc.boolean(),
  days: fc.integer({ min: 1, max: 30 }),
  share: fc.integer({ min: 0, max: 10_000 }),
  milestone: fc.integer({ min: 0, max: 2 }),
})

/** Which transitions the sequences took: a property over sequences that never get anywhere would prove nothing. */
const reached = new Set<string>()

describe('any sequence of events', () => {
  test.each([0, 3])('keeps to the table and pays nobody twice, with %i milestones', (count) => {
    fc.assert(
      fc.property(
        fc.array(stepArbitrary, { minLength: 10, maxLength: 60, size: 'max' }),
        fc.boolean(),
        (steps, asks) => {
          const books: Book = { paid: 0, escrow: 0, toSeller: 0, toBuyer: 0 }
          let at = now
          let order = anOrder({
            state: 'PENDING_PAYMENT',
            paidMinor: 0,
            startedAt: null,
            dueAt: null,
            milestones: Array.from({ length: count }, () => aMilestone('NOT_FUNDED')),
            terms: {
              ...anOrder().terms,
              revisions: 5,
              requirements: asks ? [{ id: 'q', question: '?', kind: 'TEXT', choices: [], required: true }] : [],
            },
          })
          for (const { wild, pick, end, hours, accept, days, share, milestone } of steps) {
            at = new Date(at.getTime() + hours * 3_600_000)
            const chosen = order.milestones[milestone]
            const possible = pairs.filter(
              ({ event, by }) => wild || orderMachine.allowed(order, { by, at }).includes(event),
            )
            const { event, by } = possible[pick % possible.length] ?? { event: 'EXPIRE', by: 'SYSTEM' }
            const held = chosen && ['FUNDED', 'DELIVERED'].includes(chosen.state) ? restMinor(chosen) : 0
            // Payments never refunds more than it holds, and takes a payment only for what is payable.
            const refundable = chosen ? held : heldMinor(order)
            const amountMinor =
              event === 'PAY'
                ? (chosen?.amount.amountMinor ?? order.total.amountMinor)
                : Math.floor((refundable * share) / 10_000)
            if (event === 'PAY' && order.endedAt && books.paid > 0) continue
            if (event === 'REFUND' && amountMinor === 0 && heldMinor(order) > 0) continue
            const whole = event === 'REFUND' ? amountMinor === refundable : accept
            const details = { newId: makeId(), accept: whole, days, amountMinor, milestoneId: chosen?.id ?? null }
            const toSellerMinor = Math.floor((heldMinor(order) * share) / 10_000)
            const result = orderMachine.apply(order, event, { ...details, toSellerMinor, by, at })
            if (!result.ok || (result.value.endedAt && !order.endedAt && !end)) continue
            const before = order
            order = result.value
            reached.add(`${before.state} ${event} ${order.state}`)
            book(books, event, before, order, amountMinor)
            expect(books.escrow).toBe(heldMinor(order))
            expect(books.paid).toBe(books.escrow + books.toSeller + books.toBuyer)
            expect(Math.min(books.escrow, books.toSeller, books.toBuyer)).toBeGreaterThanOrEqual(0)
            const ended = ['COMPLETED', 'CANCELLED', 'EXPIRED'].includes(order.state)
            if (ended) {
              expect(order.endedAt).not.toBeNull()
              expect(nextDueAt(order)).toBeNull()
              expect(books.escrow).toBe(0)
              expect(order.milestones.some(({ state }) => state === 'FUNDED' || state === 'DELIVERED')).toBe(false)
              expect(order.requests.some(({ state }) => state === 'OPEN')).toBe(false)
            }
            // Whatever is due can happen when it is: a deadline that is refused would be tried for ever.
            const due = firstDue(order, day(10_000))
            if (due) {
              const enforced = {
                ...due.details,
                by: 'SYSTEM' as const,
                at: new Date(Math.max(due.at.getTime(), at.getTime())),
              }
              expect(orderMachine.apply(order, due.event, enforced).ok).toBe(true)
            }
            if (before.endedAt) expect(order.state).toBe(before.state)
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  test('goes through nearly every transition of the table', () => {
    const taken = new Set([...reached].map((step) => step.split(' ').slice(0, 2).join(' ')))
    const all = states.flatMap((state) => Object.keys(transitions[state].on).map((event) => `${state} ${event}`))
    const missed = all.filter((pair) => !taken.has(pair))
    expect(missed.length, missed.join(', ')).toBeLessThan(all.length / 10)
  })
})
