import { userReinstated, userSuspended } from '@gigraph/identity/events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { payable } from '../src/internal.ts'
import { enforceDeadline } from '../src/order/deadlines.ts'
import { type Deal, mutate, type Orders, refusal, see, startOrders } from './start.ts'

let world: Orders
beforeAll(async () => {
  world = await startOrders()
})
afterAll(() => world.close())

const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })
const steps = [
  { title: 'Sketch', amount: usd(3_000), deliveryDays: 2 },
  { title: 'Drawing', amount: usd(7_000), deliveryDays: 5 },
]

const ask = (deal: Deal, milestoneId: string | null) =>
  world.orders.service.procedure(payable.name, { orderId: deal.id, milestoneId, payerId: deal.buyerViewer.id }, 'r')

/** A proposal in two steps, of which the first is paid. */
const begin = async () => {
  const deal = await world.place({ gigId: null, milestones: steps })
  const [first, second] = (await see(deal.buyer, deal.id)).milestones
  await world.pay(deal, { milestoneId: first.id, amountMinor: 3_000 })
  return { deal, first: first.id, second: second.id }
}

test('each step is paid, delivered, accepted and released by itself; the last completes the order', async () => {
  const { deal, first, second } = await begin()
  const { id, buyer, seller } = deal
  expect(await see(buyer, id)).toMatchObject({
    state: 'IN_PROGRESS',
    allowedActions: expect.arrayContaining(['PAY']),
    milestones: [
      { state: 'FUNDED', dueAt: new Date(world.orders.clock.now().getTime() + 2 * 86_400_000).toISOString() },
      { state: 'NOT_FUNDED', dueAt: null },
    ],
  })
  expect(await world.told('milestone.funded', id)).toMatchObject([{ milestoneId: first, amount: usd(3_000) }])

  const early = await mutate(seller, 'deliverMilestone', { orderId: id, milestoneId: second, message: 'x' })
  expect(early.userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
  await mutate(seller, 'deliverMilestone', { orderId: id, milestoneId: first, message: 'The sketch.' })
  const accept = (milestoneId: string) => mutate(buyer, 'acceptMilestone', { orderId: id, milestoneId })
  const presses = await Promise.all(Array.from({ length: 5 }, () => accept(first)))
  expect(presses.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1)
  expect(await world.told('milestone.released', id)).toMatchObject([{ milestoneId: first, amount: usd(3_000) }])
  expect((await see(buyer, id)).state).toBe('IN_PROGRESS')

  await world.pay(deal, { milestoneId: second, amountMinor: 7_000 })
  await mutate(seller, 'deliverMilestone', { orderId: id, milestoneId: second, message: 'The drawing.' })
  expect((await accept(second)).order).toMatchObject({
    state: 'COMPLETED',
    milestones: [{ state: 'RELEASED' }, { state: 'RELEASED' }],
    deliveries: [{ milestoneId: first }, { milestoneId: second }],
  })
  expect(await world.told('milestone.released', id)).toHaveLength(2)
  expect(await world.told('order.completed', id)).toHaveLength(1)
})

test('payable names the next step, or the one that is asked for, to its buyer only', async () => {
  const deal = await world.place({ gigId: null, milestones: steps })
  const [first, second] = (await see(deal.buyer, deal.id)).milestones
  expect(await ask(deal, null)).toMatchObject({ payable: true, milestoneId: first.id, amount: usd(3_000) })
  expect(await ask(deal, second.id)).toMatchObject({ payable: true, milestoneId: second.id, amount: usd(7_000) })
  await world.pay(deal, { milestoneId: second.id, amountMinor: 7_000 })
  expect(await ask(deal, second.id)).toMatchObject({ payable: false })
  expect(await ask(deal, null)).toMatchObject({ milestoneId: first.id })
})

test('while the seller is suspended no further step is to be paid', async () => {
  const { deal, second } = await begin()
  const userId = deal.sellerViewer.id
  await world.orders.consume(userSuspended, { userId, reason: 'x', until: null })
  expect((await see(deal.buyer, deal.id)).allowedActions).not.toContain('PAY')
  expect(await ask(deal, second)).toMatchObject({ payable: false })
  world.orders.clock.advance('1s')
  await world.orders.consume(userReinstated, { userId })
  expect((await see(deal.buyer, deal.id)).allowedActions).toContain('PAY')
  expect(await ask(deal, second)).toMatchObject({ payable: true })
})

test('a delivered step accepts itself after three days; a revision gives it back to the seller', async () => {
  const { deal, first } = await begin()
  const { id, buyer, seller } = deal
  await mutate(seller, 'deliverMilestone', { orderId: id, milestoneId: first, message: 'The sketch.' })
  expect((await mutate(buyer, 'requestRevision', { orderId: id, message: 'x' })).userErrors).toMatchObject([
    { code: 'VALIDATION', field: ['input', 'milestoneId'] },
  ])
  const revised = await mutate(buyer, 'requestRevision', { orderId: id, milestoneId: first, message: 'Larger.' })
  expect(revised.order.milestones[0].state).toBe('FUNDED')
  await mutate(seller, 'deliverMilestone', { orderId: id, milestoneId: first, message: 'Larger.' })
  world.orders.clock.advance('3d')
  await world.orders.runJob(enforceDeadline, { orderId: id })
  expect((await see(buyer, id)).milestones[0].state).toBe('RELEASED')
})

test('what is delivered is not taken back: not for lateness of another step, not by silence, not without an answer', async () => {
  const { deal, first, second } = await begin()
  const { id, buyer, seller } = deal
  await world.pay(deal, { milestoneId: second, amountMinor: 7_000 })
  await mutate(buyer, 'requestCancellation', { orderId: id, reason: 'I have changed my mind.' })
  const deliver = (milestoneId: string) =>
    mutate(seller, 'deliverMilestone', { orderId: id, milestoneId, message: 'x' })
  expect((await deliver(first)).order.changeRequests).toMatchObject([{ state: 'LAPSED' }])
  const refused = [{ code: 'INVALID_STATE', message: expect.stringContaining('a milestone is delivered') }]
  expect((await mutate(buyer, 'requestCancellation', { orderId: id, reason: 'x' })).userErrors).toMatchObject(refused)
  world.orders.clock.advance('2d')
  await world.orders.runJob(enforceDeadline, { orderId: id })
  expect((await see(buyer, id)).state).toBe('IN_PROGRESS')
  // The second step falls due after five days; the first is handed over anew shortly before that.
  await mutate(buyer, 'requestRevision', { orderId: id, milestoneId: first, message: 'Larger.' })
  world.orders.clock.advance('5d')
  await deliver(first)
  expect((await see(buyer, id)).lateAt).not.toBeNull()
  expect((await mutate(buyer, 'cancelOrder', { orderId: id })).userErrors).toMatchObject(refused)
  await mutate(buyer, 'acceptMilestone', { orderId: id, milestoneId: first })
  const { order } = await mutate(buyer, 'cancelOrder', { orderId: id })
  expect(order).toMatchObject({ fault: 'SELLER', milestones: [{ state: 'RELEASED' }, { state: 'REFUNDED' }] })
  expect(await world.told('order.cancelled', id)).toMatchObject([{ refund: usd(7_000) }])
})

test('when nobody pays for the next step, either side ends the order, and what was accepted stays paid', async () => {
  for (const who of ['buyer', 'seller'] as const) {
    const { deal, first, second } = await begin()
    const { id, buyer, seller } = deal
    const early = await mutate(deal[who], 'cancelOrder', { orderId: id })
    expect(early.userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
    await mutate(seller, 'deliverMilestone', { orderId: id, milestoneId: first, message: 'The sketch.' })
    await mutate(buyer, 'acceptMilestone', { orderId: id, milestoneId: first })
    expect((await see(deal[who], id)).allowedActions).toContain('CANCEL')
    const { order } = await mutate(deal[who], 'cancelOrder', { orderId: id, reason: 'Enough.' })
    expect(order).toMatchObject({
      state: 'CANCELLED',
      fault: 'NOBODY',
      milestones: [{ state: 'RELEASED' }, { state: 'NOT_FUNDED' }],
    })
    expect(await world.told('order.cancelled', id)).toMatchObject([{ refund: usd(0) }])
    // A payment that was under way goes back.
    await world.pay(deal, { milestoneId: second, amountMinor: 7_000 })
    expect(await world.told('order.cancelled', id)).toMatchObject([{ refund: usd(0) }, { refund: usd(7_000) }])
  }
})

test('an order whose last open step is refunded is done; a dispute about it has ended', async () => {
  for (const disputed of [false, true]) {
    const { deal, first, second } = await begin()
    const { id, buyer, seller } = deal
    await mutate(seller, 'deliverMilestone', { orderId: id, milestoneId: first, message: 'The sketch.' })
    await mutate(buyer, 'acceptMilestone', { orderId: id, milestoneId: first })
    await world.pay(deal, { milestoneId: second, amountMinor: 7_000 })
    if (disputed) await mutate(buyer, 'openDispute', { orderId: id, reason: 'Nothing comes.' })
    await world.refund(deal, 7_000, 0, second)
    expect(await see(buyer, id)).toMatchObject({
      state: 'COMPLETED',
      milestones: [{ state: 'RELEASED' }, { state: 'REFUNDED' }],
      dispute: disputed ? { endedBy: 'STAFF', toBuyer: { amountMinor: 7_000 } } : null,
    })
    expect(await world.told('order.completed', id)).toHaveLength(1)
  }
})

test('a cancellation refunds what is in escrow and leaves what was released', async () => {
  const { deal, first, second } = await begin()
  const { id, buyer, seller } = deal
  await mutate(seller, 'deliverMilestone', { orderId: id, milestoneId: first, message: 'The sketch.' })
  await mutate(buyer, 'acceptMilestone', { orderId: id, milestoneId: first })
  await world.pay(deal, { milestoneId: second, amountMinor: 7_000 })
  await mutate(seller, 'requestCancellation', { orderId: id, reason: 'I must stop.', fault: 'SELLER' })
  const { order } = await mutate(buyer, 'answerCancellation', { orderId: id, accept: true })
  expect(order).toMatchObject({ state: 'CANCELLED', milestones: [{ state: 'RELEASED' }, { state: 'REFUNDED' }] })
  expect(await world.told('order.cancelled', id)).toMatchObject([{ refund: usd(7_000) }])
})

test('a dispute is about what is in escrow', async () => {
  const { deal } = await begin()
  await mutate(deal.buyer, 'openDispute', { orderId: deal.id, reason: 'No sketch.' })
  await mutate(deal.seller, 'proposeSettlement', { orderId: deal.id, toSeller: usd(1_000) })
  const { order } = await mutate(deal.buyer, 'acceptSettlement', { orderId: deal.id, toSeller: usd(1_000) })
  expect(order.milestones).toMatchObject([{ state: 'RELEASED' }, { state: 'NOT_FUNDED' }])
  expect(await world.told('order.resolved', deal.id)).toMatchObject([{ toSeller: usd(1_000), toBuyer: usd(2_000) }])
  expect(await world.told('milestone.released', deal.id)).toEqual([])
})

test('the sides and the kinds of orders are kept apart', async () => {
  const { deal, first } = await begin()
  const whole = await world.start()
  const message = 'x'
  expect(await refusal(deal.buyer, 'deliverMilestone', { orderId: deal.id, milestoneId: first, message })).toBe(
    'FORBIDDEN',
  )
  expect(await refusal(deal.seller, 'acceptMilestone', { orderId: deal.id, milestoneId: first })).toBe('FORBIDDEN')
  expect((await mutate(deal.seller, 'deliverOrder', { orderId: deal.id, message })).userErrors).toMatchObject([
    { code: 'INVALID_STATE', message: expect.stringContaining('one by one') },
  ])
  expect(
    (await mutate(whole.seller, 'deliverMilestone', { orderId: whole.id, milestoneId: first, message })).userErrors,
  ).toMatchObject([{ code: 'INVALID_STATE' }])
  const delivered = await world.deliver()
  expect(
    (await mutate(delivered.buyer, 'requestRevision', { orderId: delivered.id, milestoneId: first, message }))
      .userErrors,
  ).toMatchObject([{ code: 'VALIDATION', field: ['input', 'milestoneId'] }])
})
