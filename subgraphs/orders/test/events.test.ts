import { userDeleted, userReinstated, userSuspended } from '@gigraph/identity/events'
import { paymentFailed, paymentRefunded, paymentSucceeded } from '@gigraph/payments/events'
import { rows } from '@gigraph/shared/database'
import type { EventDefinition } from '@gigraph/shared/events'
import { staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { getTableName, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as events from '../src/events.ts'
import { ordersService } from '../src/index.ts'
import { enforceDeadline } from '../src/order/deadlines.ts'
import * as tables from '../src/tables.ts'
import { type Deal, mutate, type Orders, see, startOrders } from './start.ts'

let world: Orders
beforeAll(async () => {
  world = await startOrders()
})
afterAll(() => world.close())

const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })

/** Everything that orders tells others of, once at least. */
const everything = async () => {
  const plain = await world.deliver()
  await mutate(plain.buyer, 'requestRevision', { orderId: plain.id, message: 'Bluer.' })
  await mutate(plain.seller, 'requestExtension', { orderId: plain.id, reason: 'More.', days: 2 })
  await mutate(plain.seller, 'deliverOrder', { orderId: plain.id, message: 'Bluer.' })
  await mutate(plain.buyer, 'acceptDelivery', { orderId: plain.id })

  const milestones = [{ title: 'All', amount: usd(10_000), deliveryDays: 1 }]
  const stepped = await world.place({ gigId: null, milestones })
  const [{ id: milestoneId }] = (await see(stepped.buyer, stepped.id)).milestones
  await world.pay(stepped, { milestoneId })
  await mutate(stepped.seller, 'deliverMilestone', { orderId: stepped.id, milestoneId, message: 'All.' })
  await mutate(stepped.buyer, 'acceptMilestone', { orderId: stepped.id, milestoneId })

  const disputed = await world.deliver()
  await mutate(disputed.seller, 'openDispute', { orderId: disputed.id, reason: 'No word.' })
  await mutate(disputed.buyer, 'answerDispute', { orderId: disputed.id, answer: 'Here.' })
  const decision = { orderId: disputed.id, toSeller: usd(1), reason: 'So.' }
  await mutate(world.orders.as(staff('disputes:resolve')), 'resolveDispute', decision)

  const late = await world.start({ deliveryDays: 1 })
  const unpaid = await world.place()
  world.orders.clock.advance('49h')
  for (const { id: orderId } of [late, unpaid]) await world.orders.runJob(enforceDeadline, { orderId })
  await mutate(late.buyer, 'cancelOrder', { orderId: late.id })
}

test('every event of the contract is told, as the contract says', async () => {
  await everything()
  const told: Record<string, number> = {}
  for (const event of Object.values(events).filter((each) => 'schema' in each)) {
    const payloads = await world.orders.outbox(event.name)
    told[event.name] = payloads.length
    for (const payload of payloads) expect(event.schema.parse(payload), event.name).toEqual(payload)
  }
  expect(Object.entries(told).filter(([, count]) => count === 0)).toEqual([])
  expect(Object.keys(told).length).toBeGreaterThan(12)
})

/** Every table that an event can change, whole; what only says that something happened (inbox) aside. */
const facts = [
  ...[tables.orders, tables.timeline, tables.deliveries, tables.changeRequests, tables.disputes, tables.milestones],
  ...[tables.standings, tables.outbox],
].map((table) => getTableName(table))

const snapshot = async () => {
  const all: Record<string, unknown> = {}
  for (const name of facts)
    all[name] = await rows(
      world.orders.context.db,
      sql`select to_jsonb(t) as row from ${sql.identifier(name)} as t order by t::text`,
    )
  return all
}

/** What may be told of an order, and of the two people of it. */
const newsOf = ({ id, buyerViewer, sellerViewer, terms }: Deal) => {
  const payment = {
    paymentId: makeId(),
    orderId: id,
    milestoneId: null,
    buyerId: buyerViewer.id,
    sellerId: sellerViewer.id,
    gigId: terms.gigId,
    amount: terms.price,
  }
  const told = <Payload>(event: EventDefinition<Payload>, payload: NoInfer<Payload>, secondsLater = 0) => ({
    name: event.name,
    tell: (eventId: string) =>
      world.orders.consume(event, payload, {
        id: eventId,
        occurredAt: new Date(world.orders.clock.now().getTime() + secondsLater * 1_000),
      }),
  })
  const part = { refunded: usd(4_000), remaining: usd(6_000) }
  return {
    failed: told(paymentFailed, { ...payment, reason: 'Your card was declined.' }),
    paid: told(paymentSucceeded, payment),
    refunded: told(paymentRefunded, { ...payment, ...part }),
    refundedRest: told(paymentRefunded, { ...payment, refunded: usd(6_000), remaining: usd(0) }),
    suspended: told(userSuspended, { userId: sellerViewer.id, reason: 'x', until: null }, 1),
    reinstated: told(userReinstated, { userId: sellerViewer.id }, 2),
    deleted: told(userDeleted, { userId: sellerViewer.id }, 3),
  }
}
type News = ReturnType<typeof newsOf>

describe('what is heard', () => {
  test('has one effect, however often and however many times at once', async () => {
    const news = newsOf(await world.place())
    const told = new Set(Object.values(news).map(({ name }) => name))
    expect(ordersService.handlers?.map(({ event }) => event.name).filter((name) => !told.has(name))).toEqual([])
    for (const { name, tell } of Object.values(news)) {
      const eventId = makeId()
      const before = await snapshot()
      await Promise.all([1, 2, 3].map(() => tell(eventId)))
      const after = await snapshot()
      expect(after, `${name} changes something`).not.toEqual(before)
      await tell(eventId)
      expect(await snapshot(), name).toEqual(after)
    }
  })

  const permutations = <Item>(items: readonly Item[]): Item[][] =>
    items.length === 0
      ? [[]]
      : items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]))

  test.each<[what: string, names: (keyof News)[]]>([
    ['a payment and its refunds', ['paid', 'refunded', 'refundedRest']],
    ['a payment after a refused card, and a refund of a part of it', ['failed', 'paid', 'refunded']],
    ['of a seller who is suspended and comes back', ['suspended', 'reinstated']],
  ])('%s: in any order the same end', async (_, names) => {
    const ends: unknown[] = []
    for (const order of permutations(names)) {
      const deal = await world.place()
      const news = newsOf(deal)
      if (!names.includes('paid')) await news.paid.tell(makeId())
      for (const name of order) await news[name].tell(makeId())
      const { state, allowedActions, fault } = await see(deal.buyer, deal.id)
      const [kept] = await rows<{ paid: number; back: number; waits: boolean }>(
        world.orders.context.db,
        sql`select paid_minor::int as paid, refunded_minor::int as back, seller_suspended_at is null as waits
          from orders where id = ${deal.id}`,
      )
      ends.push({ state, allowedActions, fault, ...kept })
    }
    expect(new Set(ends.map((end) => JSON.stringify(end))).size, JSON.stringify(ends)).toBe(1)
  })

  test('of an order that is not there waits for it: the event is tried again', async () => {
    const deal = await world.place()
    const unknown = newsOf({ ...deal, id: makeId() })
    await expect(unknown.paid.tell(makeId())).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('at once', () => {
  const all = <T>(count: number, act: () => Promise<T>) => Promise.all(Array.from({ length: count }, act))
  const succeeded = (answers: { userErrors: unknown[] }[]) =>
    answers.filter(({ userErrors }) => userErrors.length === 0)

  test('fifty revisions asked for are one', async () => {
    const deal = await world.deliver({ revisions: 2 })
    const asked = await all(50, () => mutate(deal.buyer, 'requestRevision', { orderId: deal.id, message: 'x' }))
    expect(succeeded(asked)).toHaveLength(1)
    expect(await see(deal.buyer, deal.id)).toMatchObject({ state: 'REVISION', revisionsLeft: 1 })
    expect(await world.told('order.revision_requested', deal.id)).toHaveLength(1)
  })

  test('what contradicts each other: accept, dispute and revision have one winner', async () => {
    const deal = await world.deliver()
    const orderId = deal.id
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => mutate(deal.buyer, 'acceptDelivery', { orderId })),
      ...Array.from({ length: 5 }, () => mutate(deal.seller, 'openDispute', { orderId, reason: 'x' })),
      ...Array.from({ length: 5 }, () => mutate(deal.buyer, 'requestRevision', { orderId, message: 'x' })),
    ])
    // A dispute may follow a revision; after that, and after the end, nothing does.
    const { state, timeline } = await see(deal.buyer, orderId)
    expect(succeeded(answers).length).toBe(timeline.length - 3)
    expect(['COMPLETED', 'DISPUTED', 'REVISION']).toContain(state)
    expect(
      (await world.told('order.completed', orderId)).length + (await world.told('order.disputed', orderId)).length,
    ).toBeLessThanOrEqual(1)
  })

  test('fifty orders of one offer are one', async () => {
    const deal = await world.place({ gigId: null })
    await mutate(deal.buyer, 'cancelOrder', { orderId: deal.id })
    const { proposalId } = (
      await deal.buyer.query('query ($id: ID!) { order(id: $id) { proposalId } }', { id: deal.id })
    ).order
    const answers = await all(50, () => mutate(deal.buyer, 'placeOrder', { source: { proposalId } }))
    expect(succeeded(answers)).toHaveLength(1)
    expect(answers.filter(({ userErrors }) => userErrors[0]?.code === 'ALREADY_EXISTS')).toHaveLength(49)
  })

  test('the two settle and staff decides: the escrow goes out once', async () => {
    const deal = await world.deliver()
    const orderId = deal.id
    await mutate(deal.buyer, 'openDispute', { orderId, reason: 'x' })
    await mutate(deal.seller, 'answerDispute', { orderId, answer: 'y' })
    await mutate(deal.seller, 'proposeSettlement', { orderId, toSeller: usd(9_000) })
    const judge = world.orders.as(staff('disputes:resolve'))
    const answers = await Promise.all([
      ...Array.from({ length: 10 }, () => mutate(deal.buyer, 'acceptSettlement', { orderId, toSeller: usd(9_000) })),
      ...Array.from({ length: 10 }, () =>
        mutate(judge, 'resolveDispute', { orderId, toSeller: usd(2_000), reason: 'So.' }),
      ),
    ])
    expect(succeeded(answers)).toHaveLength(1)
    expect(await world.told('order.resolved', orderId)).toHaveLength(1)
  })
})
