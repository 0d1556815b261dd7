import type { Duration } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { enforceDeadline, sweepDeadlines } from '../src/order/deadlines.ts'
import { mutate, type Orders, see, startOrders } from './start.ts'

let world: Orders
beforeAll(async () => {
  world = await startOrders()
})
afterAll(() => world.close())

const question = { id: 'q', question: '?', kind: 'TEXT' as const, choices: [], required: true }

/** Time passes, and the delayed job of the order runs, as its lost brother and the sweeper would: three times. */
const pass = async (duration: Duration, orderId: string) => {
  world.orders.clock.advance(duration)
  await world.orders.runJob(enforceDeadline, { orderId })
  await Promise.all([world.orders.runJob(sweepDeadlines, {}), world.orders.runJob(enforceDeadline, { orderId })])
}

test('the job is ordered for the instant of the deadline', async () => {
  const { id } = await world.place()
  expect(await world.told('enforce-order-deadline', id)).toHaveLength(1)
})

test('an order that nobody pays expires after 30 minutes, not before', async () => {
  const { id, buyer } = await world.place()
  await pass('29m', id)
  expect((await see(buyer, id)).state).toBe('PENDING_PAYMENT')
  await pass('1m', id)
  expect(await see(buyer, id)).toMatchObject({ state: 'EXPIRED', allowedActions: [], deadline: null })
  expect(await world.told('order.expired', id)).toHaveLength(1)
})

test('questions without answers cancel the order after 14 days, by the fault of the buyer, with a refund', async () => {
  const { id, buyer } = await world.start({ requirements: [question] })
  await pass('14d', id)
  expect(await see(buyer, id)).toMatchObject({ state: 'CANCELLED', fault: 'BUYER' })
  expect(await world.told('order.cancelled', id)).toMatchObject([{ fault: 'BUYER', refund: { amountMinor: 10_000 } }])
})

test('a late delivery is told once; after 24 hours more the buyer may cancel, by the fault of the seller', async () => {
  const { id, buyer } = await world.start({ deliveryDays: 1 })
  await pass('1d', id)
  expect(await see(buyer, id)).toMatchObject({ state: 'IN_PROGRESS', lateAt: expect.any(String), deadline: null })
  expect(await world.told('order.late', id)).toHaveLength(1)
  const early = await mutate(buyer, 'cancelOrder', { orderId: id })
  expect(early.userErrors).toMatchObject([{ code: 'INVALID_STATE', message: expect.stringContaining('24 hours') }])
  await pass('25h', id)
  const { order } = await mutate(buyer, 'cancelOrder', { orderId: id, reason: 'Too late.' })
  expect(order).toMatchObject({ state: 'CANCELLED', fault: 'SELLER' })
  expect(order.timeline.at(-1)).toMatchObject({ event: 'CANCEL', actor: 'BUYER', note: 'Too late.' })
  expect(await world.told('order.cancelled', id)).toMatchObject([{ fault: 'SELLER', refund: { amountMinor: 10_000 } }])
})

test('a late delivery counts as late to the end', async () => {
  const { id, buyer, seller } = await world.start({ deliveryDays: 1 })
  world.orders.clock.advance('25h')
  await mutate(seller, 'deliverOrder', { orderId: id, message: 'Sorry.' })
  expect(await world.told('order.delivered', id)).toMatchObject([{ onTime: false }])
  await mutate(buyer, 'acceptDelivery', { orderId: id })
  expect(await world.told('order.completed', id)).toMatchObject([{ onTime: false }])
})

test('a delivery without an answer accepts itself after three days', async () => {
  const { id, buyer } = await world.deliver()
  await pass('71h', id)
  expect((await see(buyer, id)).state).toBe('DELIVERED')
  await pass('1h', id)
  const order = await see(buyer, id)
  expect(order.state).toBe('COMPLETED')
  expect(order.timeline.at(-1)).toMatchObject({ event: 'ACCEPT', actor: 'SYSTEM', user: null })
  expect(await world.told('order.completed', id)).toHaveLength(1)
})

test('silence is consent to a cancellation, but admits no fault, and refuses more time', async () => {
  const cancelled = await world.start({ deliveryDays: 30 })
  await mutate(cancelled.seller, 'requestCancellation', { orderId: cancelled.id, reason: 'I am ill.', fault: 'SELLER' })
  await pass('48h', cancelled.id)
  expect(await see(cancelled.buyer, cancelled.id)).toMatchObject({
    state: 'CANCELLED',
    fault: 'SELLER',
    changeRequests: [{ kind: 'CANCELLATION', state: 'ACCEPTED' }],
  })
  const blamed = await world.start({ deliveryDays: 30 })
  await mutate(blamed.buyer, 'requestCancellation', { orderId: blamed.id, reason: 'Too slow.', fault: 'SELLER' })
  await pass('48h', blamed.id)
  expect(await see(blamed.buyer, blamed.id)).toMatchObject({ state: 'CANCELLED', fault: 'NOBODY' })
  expect(await world.told('order.cancelled', blamed.id)).toMatchObject([{ fault: 'NOBODY' }])
  const extended = await world.start({ deliveryDays: 30 })
  await mutate(extended.seller, 'requestExtension', { orderId: extended.id, reason: 'Much work.', days: 3 })
  const { dueAt } = await see(extended.buyer, extended.id)
  await pass('4d', extended.id)
  expect(await see(extended.buyer, extended.id)).toMatchObject({
    state: 'IN_PROGRESS',
    dueAt,
    changeRequests: [{ kind: 'EXTENSION', state: 'LAPSED' }],
  })
})

test('the sweeper alone finds what no job was run for, and one order of several deadlines goes through all of them', async () => {
  const { id, buyer } = await world.start({ deliveryDays: 1 })
  world.orders.clock.advance('2d')
  await mutate(buyer, 'requestCancellation', { orderId: id, reason: 'No word from the seller.' })
  world.orders.clock.advance('10d')
  await world.orders.runJob(sweepDeadlines, {})
  expect((await see(buyer, id)).state).toBe('CANCELLED')
  expect(await world.told('order.late', id)).toHaveLength(1)
})
