import { afterAll, beforeAll, expect, test } from 'vitest'
import { enforceDeadline } from '../src/order/deadlines.ts'
import { mutate, type Orders, refusal, see, startOrders } from './start.ts'

let world: Orders
beforeAll(async () => {
  world = await startOrders()
})
afterAll(() => world.close())

test('a cancellation that the other side accepts ends the order and refunds', async () => {
  const { id, buyer, seller } = await world.start()
  const asked = await mutate(buyer, 'requestCancellation', {
    orderId: id,
    reason: 'I need it no more.',
    fault: 'BUYER',
  })
  expect(asked.order).toMatchObject({
    state: 'IN_PROGRESS',
    changeRequests: [{ kind: 'CANCELLATION', state: 'OPEN', requestedBy: 'BUYER', fault: 'BUYER' }],
  })
  expect(await world.told('order.changed', id)).toMatchObject([
    { what: 'REQUEST_CANCELLATION', actorId: expect.any(String), state: 'IN_PROGRESS', accepted: null },
  ])
  expect((await mutate(buyer, 'answerCancellation', { orderId: id, accept: true })).userErrors).toMatchObject([
    { code: 'INVALID_STATE', message: expect.stringContaining('the other side') },
  ])
  expect((await mutate(seller, 'requestCancellation', { orderId: id, reason: 'Me too.' })).userErrors).toMatchObject([
    { code: 'INVALID_STATE' },
  ])
  const input = { orderId: id, accept: true, message: 'As you like.', idempotencyKey: 'k' }
  expect((await mutate(seller, 'answerCancellation', input)).order).toMatchObject({
    state: 'CANCELLED',
    fault: 'BUYER',
  })
  expect((await mutate(seller, 'answerCancellation', input)).order.state).toBe('CANCELLED')
  expect((await mutate(seller, 'answerCancellation', { ...input, accept: false })).userErrors).toMatchObject([
    { code: 'IDEMPOTENCY_CONFLICT' },
  ])
  expect(await world.told('order.cancelled', id)).toMatchObject([{ fault: 'BUYER', refund: { amountMinor: 10_000 } }])
})

test('a declined cancellation goes on; it may be asked for again a day later', async () => {
  const { id, buyer, seller } = await world.start()
  await mutate(seller, 'requestCancellation', { orderId: id, reason: 'Hard.' })
  const declined = await mutate(buyer, 'answerCancellation', { orderId: id, accept: false })
  expect(declined.order).toMatchObject({
    state: 'IN_PROGRESS',
    changeRequests: [{ state: 'DECLINED', fault: 'NOBODY' }],
  })
  expect(await world.told('order.changed', id)).toContainEqual(
    expect.objectContaining({ what: 'ANSWER_CANCELLATION', state: 'IN_PROGRESS', accepted: false }),
  )
  const again = () => mutate(seller, 'requestCancellation', { orderId: id, reason: 'Really.' })
  expect((await again()).userErrors).toMatchObject([
    { code: 'INVALID_STATE', message: expect.stringContaining('ask again from') },
  ])
  world.orders.clock.advance('24h')
  expect((await again()).order.changeRequests).toHaveLength(2)
})

test('who asked takes it back, and nothing happens when its time is over', async () => {
  const { id, buyer, seller } = await world.start({ deliveryDays: 30 })
  const withdraw = () => mutate(buyer, 'withdrawCancellation', { orderId: id })
  expect((await withdraw()).userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
  await mutate(buyer, 'requestCancellation', { orderId: id, reason: 'I need it no more.' })
  expect((await mutate(seller, 'withdrawCancellation', { orderId: id })).userErrors).toMatchObject([
    { code: 'INVALID_STATE', message: expect.stringContaining('the other side asked') },
  ])
  const { order } = await withdraw()
  expect(order).toMatchObject({ state: 'IN_PROGRESS', changeRequests: [{ state: 'WITHDRAWN' }] })
  expect(order.allowedActions).not.toContain('REQUEST_CANCELLATION')
  await mutate(seller, 'requestExtension', { orderId: id, reason: 'More detail.', days: 2 })
  expect((await mutate(seller, 'withdrawExtension', { orderId: id })).order.changeRequests).toMatchObject([
    { kind: 'CANCELLATION', state: 'WITHDRAWN' },
    { kind: 'EXTENSION', state: 'WITHDRAWN' },
  ])
  world.orders.clock.advance('5d')
  await world.orders.runJob(enforceDeadline, { orderId: id })
  expect((await see(buyer, id)).state).toBe('IN_PROGRESS')
  expect(await world.told('order.changed', id)).toContainEqual(expect.objectContaining({ what: 'WITHDRAW_EXTENSION' }))
})

test('a delivery makes open requests lapse', async () => {
  const { id, seller } = await world.start()
  await mutate(seller, 'requestExtension', { orderId: id, reason: 'More detail.', days: 2 })
  const { order } = await mutate(seller, 'deliverOrder', { orderId: id, message: 'Done after all.' })
  expect(order.changeRequests).toMatchObject([{ state: 'LAPSED' }])
})

test('an accepted extension moves the deadline by its days', async () => {
  const { id, buyer, seller } = await world.start({ deliveryDays: 3 })
  const { dueAt } = await see(buyer, id)
  expect((await mutate(seller, 'requestExtension', { orderId: id, reason: 'x', days: 0 })).userErrors).toMatchObject([
    { code: 'VALIDATION', field: ['input', 'days'] },
  ])
  expect((await mutate(seller, 'requestExtension', { orderId: id, reason: ' ', days: 1 })).userErrors).toMatchObject([
    { code: 'VALIDATION', field: ['input', 'reason'] },
  ])
  await mutate(seller, 'requestExtension', { orderId: id, reason: 'x', days: 2 })
  const { order } = await mutate(buyer, 'answerExtension', { orderId: id, accept: true })
  expect(new Date(order.dueAt).getTime() - new Date(dueAt).getTime()).toBe(2 * 86_400_000)
  expect(order).toMatchObject({
    deadline: { event: 'MARK_LATE', at: order.dueAt },
    changeRequests: [{ state: 'ACCEPTED' }],
  })
  expect(await world.told('order.changed', id)).toContainEqual(
    expect.objectContaining({ what: 'ANSWER_EXTENSION', state: 'IN_PROGRESS', accepted: true }),
  )
})

test("more time is the seller's to ask for and the buyer's to give", async () => {
  const { id, buyer, seller } = await world.start()
  expect(await refusal(buyer, 'requestExtension', { orderId: id, reason: 'x', days: 2 })).toBe('FORBIDDEN')
  expect(await refusal(seller, 'answerExtension', { orderId: id, accept: true })).toBe('FORBIDDEN')
  expect((await mutate(buyer, 'answerExtension', { orderId: id, accept: true })).userErrors).toMatchObject([
    { code: 'INVALID_STATE' },
  ])
})
