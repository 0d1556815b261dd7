import { staff } from '@gigraph/shared/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Deal, mutate, type Orders, refusal, see, startOrders } from './start.ts'

let world: Orders
beforeAll(async () => {
  world = await startOrders()
})
afterAll(() => world.close())

const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })
const judge = () => world.orders.as(staff('disputes:resolve'))

const dispute = async (): Promise<Deal> => {
  const deal = await world.deliver()
  await mutate(deal.buyer, 'openDispute', { orderId: deal.id, reason: 'This is not a logo.' })
  return deal
}

test('a dispute stops the clock and is told', async () => {
  const { id, buyer, seller, buyerViewer } = await dispute()
  expect(await see(seller, id)).toMatchObject({
    state: 'DISPUTED',
    deadline: null,
    allowedActions: ['ANSWER_DISPUTE', 'PROPOSE_SETTLEMENT'],
    dispute: { openedBy: 'BUYER', reason: 'This is not a logo.', answer: null },
  })
  expect(await world.told('order.disputed', id)).toMatchObject([
    { openedBy: buyerViewer.id, reason: 'This is not a logo.' },
  ])
  expect((await mutate(buyer, 'answerDispute', { orderId: id, answer: 'x' })).userErrors).toMatchObject([
    { code: 'INVALID_STATE' },
  ])
  expect((await mutate(seller, 'openDispute', { orderId: id, reason: 'x' })).userErrors).toMatchObject([
    { code: 'INVALID_STATE', allowed: ['ANSWER_DISPUTE', 'PROPOSE_SETTLEMENT'] },
  ])
})

test('staff decides after the answer: the amounts add up, one event, no second payment', async () => {
  const { id, seller, buyer } = await dispute()
  const decide = (toSeller: object, more: object = {}) =>
    mutate(judge(), 'resolveDispute', { orderId: id, toSeller, reason: 'Half was done.', ...more })
  expect((await decide(usd(5_000))).userErrors).toMatchObject([
    { code: 'INVALID_STATE', message: expect.stringContaining('may answer until') },
  ])
  await mutate(seller, 'answerDispute', { orderId: id, answer: 'It is a logo.' })
  expect((await decide(usd(10_001))).userErrors).toMatchObject([
    { code: 'VALIDATION', message: 'At most $100.00 is in escrow.', field: ['input', 'toSeller', 'amountMinor'] },
  ])
  expect((await decide(usd(-1))).userErrors).toMatchObject([{ code: 'VALIDATION' }])
  expect((await decide({ amountMinor: 1, currency: 'EUR' })).userErrors).toMatchObject([
    { field: ['input', 'toSeller', 'currency'] },
  ])
  const answers = await Promise.all(Array.from({ length: 5 }, () => decide(usd(6_000))))
  expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1)
  const order = await see(buyer, id)
  expect(order).toMatchObject({
    state: 'COMPLETED',
    fault: null,
    dispute: {
      endedBy: 'STAFF',
      decision: 'Half was done.',
      toSeller: { amountMinor: 6_000 },
      toBuyer: { amountMinor: 4_000 },
    },
  })
  expect(order.timeline.at(-1)).toMatchObject({ event: 'RESOLVE_DISPUTE', actor: 'STAFF', user: null })
  expect(await world.told('order.resolved', id)).toMatchObject([{ toSeller: usd(6_000), toBuyer: usd(4_000) }])
  expect(await world.told('order.completed', id)).toEqual([])
  expect(await world.told('order.cancelled', id)).toEqual([])
})

test('without an answer staff decides after 72 hours; nothing for the seller cancels the order', async () => {
  const { id } = await dispute()
  world.orders.clock.advance('72h')
  const { order } = await mutate(judge(), 'resolveDispute', {
    orderId: id,
    toSeller: usd(0),
    reason: 'No answer.',
    fault: 'SELLER',
  })
  expect(order).toMatchObject({ state: 'CANCELLED', fault: 'SELLER', dispute: { toBuyer: { amountMinor: 10_000 } } })
})

test('the two settle without staff: what is accepted is what was read', async () => {
  const { id, buyer, seller } = await dispute()
  await mutate(seller, 'proposeSettlement', { orderId: id, toSeller: usd(7_000), message: 'Fair?' })
  expect((await see(buyer, id)).dispute.proposal).toEqual({
    proposedBy: 'SELLER',
    toSeller: { amountMinor: 7_000 },
    toBuyer: { amountMinor: 3_000 },
    message: 'Fair?',
  })
  const accept = (by: typeof buyer, amount: number) =>
    mutate(by, 'acceptSettlement', { orderId: id, toSeller: usd(amount) })
  expect((await accept(seller, 7_000)).userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
  await mutate(seller, 'proposeSettlement', { orderId: id, toSeller: usd(8_000) })
  expect((await accept(buyer, 7_000)).userErrors).toMatchObject([{ code: 'CONFLICT', field: ['input', 'toSeller'] }])
  expect((await accept(buyer, 8_000)).order).toMatchObject({
    state: 'COMPLETED',
    dispute: { endedBy: 'SETTLEMENT', toSeller: { amountMinor: 8_000 }, toBuyer: { amountMinor: 2_000 } },
  })
  expect(await world.told('order.resolved', id)).toMatchObject([{ toSeller: usd(8_000), toBuyer: usd(2_000) }])
})

test('a refund by staff takes the proposal off the table and lowers what can be split', async () => {
  const deal = await dispute()
  await mutate(deal.seller, 'proposeSettlement', { orderId: deal.id, toSeller: usd(10_000) })
  await world.refund(deal, 4_000, 6_000)
  expect((await see(deal.buyer, deal.id)).dispute.proposal).toBeNull()
  const { userErrors } = await mutate(deal.buyer, 'proposeSettlement', { orderId: deal.id, toSeller: usd(6_001) })
  expect(userErrors).toMatchObject([{ code: 'VALIDATION', message: 'At most $60.00 is in escrow.' }])
})

test('nobody decides about an order of their own, and nobody without the scope', async () => {
  const { id, buyer, sellerViewer, seller } = await dispute()
  const input = { orderId: id, toSeller: usd(10_000), reason: 'Mine.' }
  const scopes = ['disputes:resolve']
  expect(await refusal(world.orders.as({ ...sellerViewer, scopes }), 'resolveDispute', input)).toBe('FORBIDDEN')
  expect(await refusal(seller, 'resolveDispute', input)).toBe('FORBIDDEN')
  expect(await refusal(buyer, 'resolveDispute', input)).toBe('FORBIDDEN')
  expect(await refusal(world.orders.as(staff('orders:read')), 'resolveDispute', input)).toBe('FORBIDDEN')
  expect(await refusal(world.orders.anonymous, 'resolveDispute', input)).toBe('UNAUTHENTICATED')
  const own = { ...sellerViewer, scopes }
  expect((await see(world.orders.as(own), id)).allowedActions).not.toContain('RESOLVE_DISPUTE')
})

test('there is nothing to dispute before something is paid or after the end', async () => {
  const { id, buyer } = await world.place()
  expect((await mutate(buyer, 'openDispute', { orderId: id, reason: 'x' })).userErrors).toMatchObject([
    { code: 'INVALID_STATE', allowed: ['CANCEL'] },
  ])
})
