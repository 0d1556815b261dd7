import { userReinstated, userSuspended } from '@gigraph/identity/events'
import { paymentFailed, paymentSucceeded } from '@gigraph/payments/events'
import { rows, transaction } from '@gigraph/shared/database'
import { person } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openOrders, participants, payable } from '../src/internal.ts'
import { enforceDeadline } from '../src/order/deadlines.ts'
import { noteStanding } from '../src/order/standing-store.ts'
import { plainTerms, sell } from './marketplace/src/index.ts'
import { type Deal, mutate, type Orders, see, startOrders } from './start.ts'

let world: Orders
beforeAll(async () => {
  world = await startOrders()
})
afterAll(() => world.close())

const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })

const payment = ({ id, buyerViewer, sellerViewer, terms }: Deal) => ({
  paymentId: makeId(),
  orderId: id,
  milestoneId: null,
  buyerId: buyerViewer.id,
  sellerId: sellerViewer.id,
  gigId: terms.gigId,
  amount: terms.price,
})

test('a payment that arrives ten times at once starts the order once', async () => {
  const deal = await world.place()
  const event = payment(deal)
  const id = makeId()
  await Promise.all(Array.from({ length: 10 }, () => world.orders.consume(paymentSucceeded, event, { id })))
  const order = await see(deal.buyer, deal.id)
  expect(order.timeline.filter(({ event }: { event: string }) => event === 'PAY')).toHaveLength(1)
  expect(await world.told('order.started', deal.id)).toHaveLength(1)
})

test('a payment after the buyer cancelled goes back, and the order stays cancelled', async () => {
  const deal = await world.place()
  await mutate(deal.buyer, 'cancelOrder', { orderId: deal.id })
  expect(await world.told('order.cancelled', deal.id)).toMatchObject([{ refund: usd(0), fault: 'NOBODY' }])
  await world.pay(deal)
  expect((await see(deal.buyer, deal.id)).state).toBe('CANCELLED')
  expect(await world.told('order.cancelled', deal.id)).toMatchObject([{ refund: usd(0) }, { refund: usd(10_000) }])
  expect(await world.told('order.started', deal.id)).toEqual([])
})

test('an order that has expired stays so when its payment comes late', async () => {
  const deal = await world.place()
  world.orders.clock.advance('30m')
  await world.orders.runJob(enforceDeadline, { orderId: deal.id })
  await world.pay(deal)
  expect(await see(deal.buyer, deal.id)).toMatchObject({ state: 'EXPIRED', allowedActions: [] })
  expect(await world.told('order.started', deal.id)).toEqual([])
})

test('a refused card is noted, and the order still waits', async () => {
  const deal = await world.place()
  await world.orders.consume(paymentFailed, { ...payment(deal), reason: 'Your card was declined.' })
  const order = await see(deal.buyer, deal.id)
  expect(order.state).toBe('PENDING_PAYMENT')
  expect(order.timeline.at(-1)).toMatchObject({ event: 'PAYMENT_FAILED', note: 'Your card was declined.' })
})

test('a full refund by staff cancels work without asking for a second refund; a part of it lowers what is left', async () => {
  const whole = await world.start()
  await world.refund(whole, 10_000, 0)
  expect(await see(whole.buyer, whole.id)).toMatchObject({ state: 'CANCELLED', fault: 'NOBODY' })
  expect(await world.told('order.cancelled', whole.id)).toMatchObject([{ refund: usd(0) }])

  const part = await world.start()
  await world.refund(part, 4_000, 6_000)
  expect((await see(part.buyer, part.id)).state).toBe('IN_PROGRESS')
  await mutate(part.seller, 'requestCancellation', { orderId: part.id, reason: 'x' })
  await mutate(part.buyer, 'answerCancellation', { orderId: part.id, accept: true })
  expect(await world.told('order.cancelled', part.id)).toMatchObject([{ refund: usd(6_000) }])
})

test('the refund may be heard of before its payment', async () => {
  const deal = await world.place()
  await world.refund(deal, 10_000, 0)
  expect((await see(deal.buyer, deal.id)).state).toBe('PENDING_PAYMENT')
  await world.pay(deal)
  expect((await see(deal.buyer, deal.id)).state).toBe('CANCELLED')
  expect(await world.told('order.started', deal.id)).toEqual([])
})

test('a refund after the end changes nothing but the timeline', async () => {
  const deal = await world.deliver()
  await mutate(deal.buyer, 'acceptDelivery', { orderId: deal.id })
  await world.refund(deal, 10_000, 0)
  const order = await see(deal.buyer, deal.id)
  expect(order.state).toBe('COMPLETED')
  expect(order.timeline.at(-1)).toMatchObject({ event: 'REFUND', actor: 'PAYMENTS' })
  expect(await world.told('order.cancelled', deal.id)).toEqual([])
})

test('a suspended seller: what is unpaid is cancelled, and the buyer of the rest may cancel at once', async () => {
  const unpaid = await world.place()
  const suspend = (userId: string) => world.orders.consume(userSuspended, { userId, reason: 'x', until: null })
  await suspend(unpaid.sellerViewer.id)
  expect((await see(unpaid.buyer, unpaid.id)).state).toBe('CANCELLED')
  const paid = await world.start()
  expect((await see(paid.buyer, paid.id)).allowedActions).not.toContain('CANCEL')
  await suspend(paid.sellerViewer.id)
  expect((await see(paid.buyer, paid.id)).allowedActions).toContain('CANCEL')
  expect((await mutate(paid.buyer, 'cancelOrder', { orderId: paid.id })).order).toMatchObject({ fault: 'SELLER' })
  const back = await world.start()
  await suspend(back.sellerViewer.id)
  world.orders.clock.advance('1s')
  await world.orders.consume(userReinstated, { userId: back.sellerViewer.id })
  expect((await see(back.buyer, back.id)).allowedActions).not.toContain('CANCEL')
  const bought = await world.start()
  await suspend(bought.buyerViewer.id)
  expect((await see(bought.seller, bought.id)).state).toBe('IN_PROGRESS')
})

test('a seller who is suspended after the delivery: the buyer who asks for a revision may cancel at once', async () => {
  const { id, buyer, sellerViewer } = await world.deliver()
  await world.orders.consume(userSuspended, { userId: sellerViewer.id, reason: 'x', until: null })
  expect(await see(buyer, id)).toMatchObject({ state: 'DELIVERED', deadline: { event: 'ACCEPT' } })
  const { order } = await mutate(buyer, 'requestRevision', { orderId: id, message: 'Bluer.' })
  expect(order.allowedActions).toContain('CANCEL')
})

test('the latest news of a standing hold in whichever order they arrive; nobody orders from whom they suspend', async () => {
  const deal = await world.start()
  const { sellerViewer, buyer, id } = deal
  const at = (seconds: number) => ({ occurredAt: new Date(world.orders.clock.now().getTime() + seconds * 1_000) })
  const suspend = (seconds: number) =>
    world.orders.consume(userSuspended, { userId: sellerViewer.id, reason: 'x', until: null }, at(seconds))
  const reinstate = (seconds: number) => world.orders.consume(userReinstated, { userId: sellerViewer.id }, at(seconds))
  await reinstate(20)
  await suspend(10)
  expect((await see(buyer, id)).allowedActions).not.toContain('CANCEL')
  for (const _ of [1, 2]) await suspend(30)
  const order = await see(buyer, id)
  expect(order.allowedActions).toContain('CANCEL')
  // Twice under different ids is still one thing that happened.
  expect(order.timeline.filter(({ event }: { event: string }) => event === 'SUSPEND_SELLER')).toHaveLength(1)
  const source = { gig: { gigId: sell(deal.terms), tier: 'BASIC' } }
  expect((await mutate(buyer, 'placeOrder', { source })).userErrors).toMatchObject([{ code: 'NOT_AVAILABLE' }])
  await reinstate(40)
  expect((await mutate(buyer, 'placeOrder', { source })).order).not.toBeNull()
})

test('nobody orders from somebody who is being suspended at this moment', async () => {
  const terms = plainTerms()
  const buyer = world.orders.as(person('CLIENT'))
  const { db, clock } = world.orders.context
  const at = clock.now()
  const isWaitedFor = async (): Promise<void> => {
    const [{ waits } = { waits: false }] = await rows<{ waits: boolean }>(
      db,
      sql`select exists(select from pg_locks where locktype = 'advisory' and not granted and database = (
        select oid from pg_database where datname = current_database())) as waits`,
    )
    return waits ? undefined : isWaitedFor()
  }
  let placing: ReturnType<typeof mutate> | undefined
  await transaction(db, async (tx) => {
    await noteStanding(tx, { userId: terms.sellerId, suspendedAt: at, asOf: at })
    placing = mutate(buyer, 'placeOrder', { source: { gig: { gigId: sell(terms), tier: 'BASIC' } } })
    await Promise.race([placing, isWaitedFor()])
  })
  expect(await placing).toMatchObject({ order: null, userErrors: [{ code: 'NOT_AVAILABLE' }] })
})

test('what is payable: the frozen price, to the buyer, until it is paid or the time is over', async () => {
  const deal = await world.place()
  const ask = (payerId: string) =>
    world.orders.service.procedure(payable.name, { orderId: deal.id, milestoneId: null, payerId }, 'r')
  const payBefore = new Date(world.orders.clock.now().getTime() + 30 * 60_000).toISOString()
  expect(await ask(deal.buyerViewer.id)).toMatchObject({
    payable: true,
    amount: usd(10_000),
    milestoneId: null,
    payBefore,
  })
  await expect(ask(deal.sellerViewer.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(
    world.orders.service.procedure(payable.name, { orderId: makeId(), milestoneId: null, payerId: makeId() }, 'r'),
  ).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await world.pay(deal)
  expect(await ask(deal.buyerViewer.id)).toMatchObject({ payable: false })
  const late = await world.place()
  world.orders.clock.advance('30m')
  expect(
    await world.orders.service.procedure(
      payable.name,
      { orderId: late.id, milestoneId: null, payerId: late.buyerViewer.id },
      'r',
    ),
  ).toMatchObject({ payable: false })
})

test('participants names the two people', async () => {
  const deal = await world.place()
  const ask = (orderId: string) => world.orders.service.procedure(participants.name, { orderId }, 'r')
  expect(await ask(deal.id)).toEqual({
    buyerId: deal.buyerViewer.id,
    sellerId: deal.sellerViewer.id,
    title: deal.terms.title,
  })
  await expect(ask(makeId())).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('open orders count on both sides, ended ones do not', async () => {
  const deal = await world.start()
  const count = (userId: string) => world.orders.service.procedure(openOrders.name, { userId }, 'r')
  expect(await count(deal.buyerViewer.id)).toEqual({ count: 1 })
  expect(await count(deal.sellerViewer.id)).toEqual({ count: 1 })
  await world.refund(deal, 10_000, 0)
  expect(await count(deal.sellerViewer.id)).toEqual({ count: 0 })
})
