import { describe, expect, test } from 'vitest'
import { allowedActions } from './allowed-actions.ts'
import { type Actor, actors, type FullOrder, type OrderEvent, type OrderState, orderEvents, states } from './order.ts'
import type { Details } from './rules.ts'
import { aDispute, aMilestone, anOrder, aRequest, day, now } from './testing/orders.ts'
import { orderMachine } from './transitions.ts'

/** Who can do what in which state, when everything else is as it should be. Written by hand from the product's rules. */
const askForEnd = ['REQUEST_CANCELLATION', 'WITHDRAW_CANCELLATION', 'ANSWER_CANCELLATION']
const work = {
  BUYER: [...askForEnd, 'CANCEL', 'ANSWER_EXTENSION', 'OPEN_DISPUTE'],
  SELLER: [...askForEnd, 'DELIVER', 'REQUEST_EXTENSION', 'WITHDRAW_EXTENSION', 'OPEN_DISPUTE'],
  SYSTEM: ['ANSWER_CANCELLATION', 'ANSWER_EXTENSION', 'MARK_LATE', 'SUSPEND_SELLER', 'REINSTATE_SELLER'],
}
const expected: Record<OrderState, Partial<Record<Actor, string[]>>> = {
  PENDING_PAYMENT: { BUYER: ['CANCEL'], SYSTEM: ['CANCEL', 'EXPIRE'], PAYMENTS: ['PAY', 'REFUND'] },
  AWAITING_REQUIREMENTS: {
    BUYER: [...askForEnd, 'SUBMIT_REQUIREMENTS', 'CANCEL'],
    SELLER: [...askForEnd, 'SKIP_REQUIREMENTS'],
    SYSTEM: ['CANCEL_SILENT', 'ANSWER_CANCELLATION', 'SUSPEND_SELLER', 'REINSTATE_SELLER'],
    PAYMENTS: ['PAY', 'REFUND'],
  },
  IN_PROGRESS: {
    BUYER: [...work.BUYER, 'ACCEPT_MILESTONE', 'REQUEST_REVISION'],
    SELLER: [...work.SELLER, 'DELIVER_MILESTONE', 'CANCEL'],
    SYSTEM: [...work.SYSTEM, 'ACCEPT_MILESTONE'],
    PAYMENTS: ['PAY', 'REFUND'],
  },
  DELIVERED: {
    BUYER: ['ACCEPT', 'REQUEST_REVISION', 'OPEN_DISPUTE'],
    SELLER: ['OPEN_DISPUTE'],
    SYSTEM: ['ACCEPT', 'SUSPEND_SELLER', 'REINSTATE_SELLER'],
    PAYMENTS: ['REFUND'],
  },
  REVISION: { ...work, PAYMENTS: ['REFUND'] },
  DISPUTED: {
    BUYER: ['ANSWER_DISPUTE', 'PROPOSE_SETTLEMENT', 'ACCEPT_SETTLEMENT'],
    SELLER: ['ANSWER_DISPUTE', 'PROPOSE_SETTLEMENT', 'ACCEPT_SETTLEMENT'],
    STAFF: ['RESOLVE_DISPUTE'],
    PAYMENTS: ['REFUND'],
  },
  COMPLETED: { PAYMENTS: ['REFUND'] },
  CANCELLED: { PAYMENTS: ['PAY', 'REFUND'] },
  EXPIRED: { PAYMENTS: ['PAY', 'REFUND'] },
}

/** Orders in a state in every situation that matters to a guard. */
const situations = (state: OrderState): FullOrder[] => [
  anOrder({ state }),
  anOrder({ state, dueAt: day(-3) }),
  anOrder({ state, sellerSuspendedAt: now }),
  anOrder({ state, requests: [aRequest('CANCELLATION', 'BUYER'), aRequest('EXTENSION', 'SELLER')] }),
  anOrder({ state, requests: [aRequest('CANCELLATION', 'SELLER')] }),
  anOrder({ state, dispute: aDispute({ openedBy: 'BUYER', proposedBy: 'SELLER', proposedToSellerMinor: 1 }) }),
  anOrder({ state, dispute: aDispute({ openedBy: 'SELLER', proposedBy: 'BUYER', proposedToSellerMinor: 1 }) }),
  anOrder({ state, milestones: [aMilestone('NOT_FUNDED'), aMilestone('FUNDED'), aMilestone('DELIVERED')] }),
  anOrder({ state, milestones: [aMilestone('RELEASED'), aMilestone('NOT_FUNDED')] }),
]

describe('the transition table', () => {
  const triples = states.flatMap((state) =>
    orderEvents.flatMap((event) =>
      actors.map((by) => ({ state, event, by, can: expected[state][by]?.includes(event) ?? false })),
    ),
  )
  test('has every triple of state, event and actor', () => {
    expect(triples).toHaveLength(states.length * orderEvents.length * actors.length)
    expect(triples.filter(({ can }) => can)).toHaveLength(
      Object.values(expected).flatMap((of) => Object.values(of).flat()).length,
    )
  })
  test.each(triples)('$state, $event by $by: $can', ({ state, event, by, can }) => {
    const results = situations(state).map((order) => orderMachine.apply(order, event, { by, at: now }))
    expect(results.some(({ ok }) => ok)).toBe(can)
    for (const result of results)
      if (!result.ok) expect(result.errors).toMatchObject([{ code: 'INVALID_STATE', allowed: expect.any(Array) }])
  })

  test('leads only into states that it knows, and deadlines are events that the system can raise', () => {
    for (const state of states)
      for (const order of situations(state))
        for (const event of orderEvents)
          for (const by of actors) {
            const result = orderMachine.apply(order, event, { by, at: now, accept: true, amountMinor: 1 })
            if (!result.ok) continue
            expect(states).toContain(result.value.state)
            const { deadline, deadlineAt } = result.value
            expect(deadline === null).toBe(deadlineAt === null)
            if (deadline)
              expect(orderMachine.apply(result.value, deadline, { by: 'SYSTEM', at: deadlineAt ?? now }).ok).toBe(true)
          }
  })
})

describe('guards', () => {
  const can = (order: FullOrder, event: OrderEvent, by: Actor, details: Details & { at?: Date } = {}) =>
    orderMachine.apply(order, event, { at: now, ...details, by }).ok

  test('a buyer cancels work alone only when it is more than 24 hours late or the seller is suspended', () => {
    const dueAt = (hours: number) => new Date(now.getTime() - hours * 3_600_000)
    expect(can(anOrder({ dueAt: dueAt(24) }), 'CANCEL', 'BUYER')).toBe(false)
    expect(can(anOrder({ dueAt: dueAt(24.01) }), 'CANCEL', 'BUYER')).toBe(true)
    expect(can(anOrder({ sellerSuspendedAt: now }), 'CANCEL', 'BUYER')).toBe(true)
  })
  test('what is delivered of an order in steps is judged before its money goes back, whatever else is late', () => {
    const late = { dueAt: day(-3) }
    const [delivered, next] = [aMilestone('DELIVERED'), { ...aMilestone('FUNDED'), ...late }]
    const waiting = anOrder({ ...late, milestones: [delivered, next] })
    for (const order of [waiting, { ...waiting, sellerSuspendedAt: now }]) {
      expect(can(order, 'CANCEL', 'BUYER')).toBe(false)
      expect(can(order, 'REQUEST_CANCELLATION', 'BUYER')).toBe(false)
    }
    // Sent back it has the time of its revision.
    const revised = { ...delivered, state: 'FUNDED' as const, deliveredAt: now, dueAt: day(1) }
    expect(can(anOrder({ ...late, milestones: [revised, next] }), 'CANCEL', 'BUYER')).toBe(false)
    expect(can(anOrder({ ...late, milestones: [revised, next] }), 'CANCEL', 'BUYER', { at: day(2.1) })).toBe(true)
    expect(can(anOrder({ ...late, milestones: [aMilestone('RELEASED'), next] }), 'CANCEL', 'BUYER')).toBe(true)
  })
  test('who was refused, or took it back, asks again after 24 hours; the other side at once', () => {
    for (const state of ['DECLINED', 'WITHDRAWN'] as const) {
      const asked = { ...aRequest('CANCELLATION', 'BUYER'), state, answeredAt: day(-0.9) }
      expect(can(anOrder({ requests: [asked] }), 'REQUEST_CANCELLATION', 'BUYER')).toBe(false)
      expect(can(anOrder({ requests: [asked] }), 'REQUEST_CANCELLATION', 'BUYER', { at: day(0.1) })).toBe(true)
      expect(can(anOrder({ requests: [asked] }), 'REQUEST_CANCELLATION', 'SELLER')).toBe(true)
    }
    const lapsed = { ...aRequest('EXTENSION', 'SELLER'), state: 'LAPSED' as const, answeredAt: now }
    expect(can(anOrder({ requests: [lapsed] }), 'REQUEST_EXTENSION', 'SELLER')).toBe(true)
    expect(can(anOrder({ dueAt: null }), 'REQUEST_EXTENSION', 'SELLER')).toBe(false)
  })
  test('nobody answers their own request, and the system only after the deadline', () => {
    const order = anOrder({ requests: [aRequest('CANCELLATION', 'BUYER', day(2))] })
    expect(can(order, 'ANSWER_CANCELLATION', 'BUYER')).toBe(false)
    expect(can(order, 'ANSWER_CANCELLATION', 'SELLER')).toBe(true)
    expect(can(order, 'ANSWER_CANCELLATION', 'SYSTEM')).toBe(false)
    expect(can(order, 'ANSWER_CANCELLATION', 'SYSTEM', { at: day(2) })).toBe(true)
    expect(can(order, 'REQUEST_CANCELLATION', 'SELLER')).toBe(false)
  })
  test('staff waits for the answer to a dispute for 72 hours', () => {
    const dispute = aDispute({ openedBy: 'BUYER', answerBy: day(3) })
    expect(can(anOrder({ state: 'DISPUTED', dispute }), 'RESOLVE_DISPUTE', 'STAFF')).toBe(false)
    expect(
      can(anOrder({ state: 'DISPUTED', dispute: { ...dispute, answeredAt: now } }), 'RESOLVE_DISPUTE', 'STAFF'),
    ).toBe(true)
    expect(can(anOrder({ state: 'DISPUTED', dispute }), 'RESOLVE_DISPUTE', 'STAFF', { at: day(3) })).toBe(true)
    expect(can(anOrder({ state: 'DISPUTED', dispute }), 'ANSWER_DISPUTE', 'BUYER')).toBe(false)
  })
  test('revisions end with their number; without a number they do not', () => {
    const used = (revisions: number | null) =>
      anOrder({ state: 'DELIVERED', revisionsUsed: 2, terms: { ...anOrder().terms, revisions } })
    expect(can(used(2), 'REQUEST_REVISION', 'BUYER')).toBe(false)
    expect(can(used(3), 'REQUEST_REVISION', 'BUYER')).toBe(true)
    expect(can(used(null), 'REQUEST_REVISION', 'BUYER')).toBe(true)
  })
  test('the buyer sees PAY as long as something is to be paid; strangers see nothing', () => {
    const order = anOrder({ state: 'PENDING_PAYMENT', deadlineAt: day(1), deadline: 'EXPIRE' })
    const viewer = (id: string) => ({
      id,
      kind: 'session' as const,
      sessionId: 's',
      roles: [],
      scopes: [],
      authenticatedAt: 0,
    })
    expect(allowedActions(order, viewer(order.buyerId), now)).toEqual(['PAY', 'CANCEL'])
    expect(allowedActions(order, viewer(order.sellerId), now)).toEqual([])
    expect(allowedActions(order, viewer('somebody'), now)).toEqual([])
    expect(allowedActions(order, null, now)).toEqual([])
  })
})
