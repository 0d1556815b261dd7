import { outbox } from '@gigraph/shared/events'
import { staff, type TestClient } from '@gigraph/shared/testing'
import { asc, sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { enforceDeadline } from '../src/order/deadlines.ts'
import { type Deal, mutate, type Orders, refusal, see, startOrders } from './start.ts'

/**
 * Orders are taken through random sequences of what people, time and payments do, through the service itself: what `allowedActions`
 * promises is so, every step stands on the timeline and is told once, and what is told about money pays nobody twice.
 */

let world: Orders
beforeAll(async () => {
  world = await startOrders()
})
afterAll(() => world.close())

type Seen = Awaited<ReturnType<typeof see>>

const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })
const milestoneIn = (order: Seen, state: string): string =>
  (order.milestones.find((each: { state: string }) => each.state === state) ?? order.milestones[0])?.id

/** Every action with its mutation and an input that is right when the order allows the action. */
const actions: Record<string, [mutation: string, input: (order: Seen, share: number) => object]> = {
  SUBMIT_REQUIREMENTS: ['submitRequirements', () => ({ answers: [{ requirementId: 'q', answer: 'red' }] })],
  SKIP_REQUIREMENTS: ['skipRequirements', () => ({})],
  DELIVER: ['deliverOrder', () => ({ message: 'Here.' })],
  ACCEPT: ['acceptDelivery', () => ({})],
  REQUEST_REVISION: [
    'requestRevision',
    (order) => ({
      message: 'Bluer.',
      milestoneId: order.milestones.length > 0 ? milestoneIn(order, 'DELIVERED') : null,
    }),
  ],
  CANCEL: ['cancelOrder', () => ({})],
  REQUEST_CANCELLATION: ['requestCancellation', () => ({ reason: 'No.', fault: 'SELLER' })],
  WITHDRAW_CANCELLATION: ['withdrawCancellation', () => ({})],
  ANSWER_CANCELLATION: ['answerCancellation', (_, share) => ({ accept: share < 0.3 })],
  REQUEST_EXTENSION: ['requestExtension', () => ({ reason: 'More.', days: 2 })],
  WITHDRAW_EXTENSION: ['withdrawExtension', () => ({})],
  ANSWER_EXTENSION: ['answerExtension', (_, share) => ({ accept: share < 0.5 })],
  DELIVER_MILESTONE: ['deliverMilestone', (order) => ({ message: 'Step.', milestoneId: milestoneIn(order, 'FUNDED') })],
  ACCEPT_MILESTONE: ['acceptMilestone', (order) => ({ milestoneId: milestoneIn(order, 'DELIVERED') })],
  OPEN_DISPUTE: ['openDispute', () => ({ reason: 'Wrong.' })],
  ANSWER_DISPUTE: ['answerDispute', () => ({ answer: 'Right.' })],
  PROPOSE_SETTLEMENT: ['proposeSettlement', () => ({ toSeller: usd(1_000) })],
  ACCEPT_SETTLEMENT: ['acceptSettlement', () => ({ toSeller: usd(1_000) })],
  RESOLVE_DISPUTE: ['resolveDispute', (_, share) => ({ toSeller: usd(share < 0.5 ? 0 : 2_000), reason: 'So.' })],
}
const names = Object.keys(actions)
const quarrels = ['OPEN_DISPUTE', 'REQUEST_CANCELLATION', 'CANCEL']

/** What was told of an order, in order. */
const toldOf = (orderId: string) =>
  world.orders.context.db
    .select({ name: outbox.name, payload: outbox.payload })
    .from(outbox)
    .where(sql`${outbox.payload}->>'orderId' = ${orderId} and ${outbox.name} ~ '^(order|milestone)[.]'`)
    .orderBy(asc(outbox.id))

interface Told {
  readonly toSeller?: { readonly amountMinor: number }
  readonly toBuyer?: { readonly amountMinor: number }
  readonly refund?: { readonly amountMinor: number }
  readonly amount?: { readonly amountMinor: number }
}

/** Where the money of an order is, as payments books it from what it is told. */
const bookOf = async (orderId: string, paidMinor: number) => {
  const book = { escrow: paidMinor, seller: 0, buyer: 0 }
  const move = (to: 'seller' | 'buyer', minor: number) => {
    book.escrow -= minor
    book[to] += minor
  }
  for (const { name, payload } of await toldOf(orderId)) {
    const { toSeller, toBuyer, refund, amount } = payload as Told
    if (name === 'milestone.released') move('seller', amount?.amountMinor ?? 0)
    if (name === 'order.cancelled') move('buyer', refund?.amountMinor ?? 0)
    if (name === 'order.completed') move('seller', book.escrow)
    if (name !== 'order.resolved') continue
    move('seller', toSeller?.amountMinor ?? 0)
    move('buyer', toBuyer?.amountMinor ?? 0)
  }
  return book
}

const variants = [
  {},
  { requirements: [{ id: 'q', question: 'Which colour?', kind: 'TEXT' as const, choices: [], required: true }] },
  {
    gigId: null,
    revisions: 3,
    milestones: [3_000, 7_000].map((minor) => ({ title: 'Step', amount: usd(minor), deliveryDays: 2 })),
  },
]

const stepOf = fc.record({
  kind: fc.constantFrom('possible', 'possible', 'possible', 'possible', 'anything', 'time', 'pay'),
  actor: fc.nat(2),
  pick: fc.nat(1_000),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  hours: fc.integer({ min: 1, max: 40 }),
})
type Step = typeof stepOf extends fc.Arbitrary<infer Each> ? Each : never

/** How often each action succeeded: walks that never get anywhere would prove nothing. */
const done = new Map<string, number>()

/** One person does something; what they were promised is what happens. */
const act = async (deal: Deal, client: TestClient, { kind, pick, share }: Step): Promise<void> => {
  const before = await see(client, deal.id)
  const promised: string[] = before.allowedActions.filter((name: string) => name !== 'PAY')
  // Quarrels are possible nearly everywhere and would end most walks early.
  const calm = share < 0.2 ? promised : promised.filter((name) => !quarrels.includes(name))
  const from = kind === 'possible' && calm.length > 0 ? calm : names
  const name = from[pick % from.length] ?? 'ACCEPT'
  const [mutation, input] = actions[name] ?? ['acceptDelivery', () => ({})]
  const given = { orderId: deal.id, ...input(before, share) }
  if (promised.includes(name)) {
    const { order, userErrors } = await mutate(client, mutation, given)
    expect([name, userErrors]).toEqual([name, []])
    expect(order.timeline).toHaveLength(before.timeline.length + 1)
    expect(order.timeline.at(-1)).toMatchObject({ event: name, from: before.state, to: order.state })
    done.set(name, (done.get(name) ?? 0) + 1)
    return
  }
  if ((await refusal(client, mutation, { milestoneId: undefined, ...given })) === undefined) {
    const { userErrors } = await mutate(client, mutation, given)
    expect([name, userErrors[0]?.code]).toEqual([name, 'INVALID_STATE'])
    expect(userErrors[0].allowed.filter((each: string) => each !== 'PAY').sort()).toEqual([...promised].sort())
  }
  expect((await see(client, deal.id)).timeline).toHaveLength(before.timeline.length)
}

/** What is due happens, however many workers look. */
const passTime = async ({ id }: Deal, hours: number): Promise<void> => {
  world.orders.clock.advance(`${hours}h`)
  await Promise.all([1, 2].map(() => world.orders.runJob(enforceDeadline, { orderId: id })))
}

/** The buyer pays what is to be paid. @returns the amount; nothing when there is nothing to pay */
const payNext = async (deal: Deal): Promise<number> => {
  const order = await see(deal.buyer, deal.id)
  if (!order.allowedActions.includes('PAY')) return 0
  const next = order.milestones.find(({ state }: { state: string }) => state === 'NOT_FUNDED')
  const amountMinor: number = next?.amount.amountMinor ?? order.total.amountMinor
  await world.pay(deal, { milestoneId: next?.id ?? null, amountMinor })
  return amountMinor
}

test('whatever people, time and payments do: promises hold, each step is told once, nobody is paid twice', async () => {
  const judge = world.orders.as(staff('disputes:resolve'))
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...variants),
      fc.array(stepOf, { minLength: 12, maxLength: 25, size: 'max' }),
      async (terms, steps) => {
        const deal = await world.place(terms)
        const clients = [deal.buyer, deal.seller, judge]
        let paid = await payNext(deal)
        for (const step of steps) {
          if (step.kind === 'time') await passTime(deal, step.hours)
          else if (step.kind === 'pay') paid += await payNext(deal)
          else await act(deal, clients[step.actor] ?? judge, step)
          const { escrow, seller, buyer } = await bookOf(deal.id, paid)
          expect(Math.min(escrow, seller, buyer)).toBeGreaterThanOrEqual(0)
        }
        const { state, timeline } = await see(deal.buyer, deal.id)
        const told = (await toldOf(deal.id)).map(({ name }) => name)
        expect(told.filter((name) => name.startsWith('order.'))).toHaveLength(timeline.length)
        const ends = told.filter((name) => /completed|cancelled|expired|resolved/.test(name))
        const ended = ['COMPLETED', 'CANCELLED', 'EXPIRED'].includes(state)
        expect(ends).toHaveLength(ended ? 1 : 0)
        if (ended) expect((await bookOf(deal.id, paid)).escrow).toBe(0)
      },
    ),
    { numRuns: 16, seed: 20_261_121, endOnFailure: true },
  )
  expect(done.size, [...done.keys()].join()).toBeGreaterThanOrEqual(12)
})
