import { staff } from '@gigraph/shared/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mutate, type Orders, startOrders } from './start.ts'

let world: Orders
beforeAll(async () => {
  world = await startOrders()
})
afterAll(() => world.close())

test('the audit log is told once who decided a dispute, why, and what the seller got; of what is refused, nothing', async () => {
  const { id, buyer, seller } = await world.deliver()
  await mutate(buyer, 'openDispute', { orderId: id, reason: 'This is not a logo.' })
  await mutate(seller, 'answerDispute', { orderId: id, answer: 'It is a logo.' })
  const judge = staff('disputes:resolve')
  const input = { orderId: id, toSeller: { amountMinor: 6_000, currency: 'USD' }, reason: 'Most was done.' }
  const tooMuch = { ...input, toSeller: { amountMinor: 60_000, currency: 'USD' } }
  expect((await mutate(world.orders.as(judge), 'resolveDispute', tooMuch)).userErrors).toHaveLength(1)
  await Promise.all([1, 2, 3].map(() => mutate(world.orders.as(judge), 'resolveDispute', input)))
  expect(await world.orders.outbox('staff.acted')).toEqual([
    {
      ...{ actorId: judge.id, action: 'DISPUTE_RESOLVED', subjectId: null, object: { kind: 'ORDER', id } },
      ...{
        reason: 'Most was done.',
        before: {},
        after: { toSellerMinor: 6_000, currency: 'USD' },
        address: '127.0.0.1',
      },
    },
  ])
})
