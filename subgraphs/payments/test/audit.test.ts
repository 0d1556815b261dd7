import { person, staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { payoutAccounts, payouts } from '../src/tables.ts'
import { type PaymentsWorld, startPaymentsWorld } from './payments-world.ts'
import { standInTool } from './stand-ins.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await startPaymentsWorld()
})
afterAll(() => world.close())

const clerk = staff('refunds:write', 'payouts:write', 'points:write')
const capital = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`
const act = async (viewer: ReturnType<typeof person>, name: string, input: object): Promise<string[]> => {
  const document = `mutation ($input: ${capital(name)}Input!) { ${name}(input: $input) { userErrors { code } } }`
  const answer = (await world.payments.as(viewer).query(document, { input }))[name]
  return answer.userErrors.map(({ code }: { code: string }) => code)
}
/** What the audit log is told of while something is done. */
const toldOf = async (work: () => Promise<unknown>) => {
  const before = (await world.payments.outbox('staff.acted')).length
  await work()
  return (await world.payments.outbox('staff.acted')).slice(before)
}
const entry = { actorId: clerk.id, address: '127.0.0.1' }

it('tells the audit log of every act of staff once, with who, why, before and after', async () => {
  const user = person('CLIENT')
  const give = { userId: user.id, delta: 500, reason: 'Welcome', idempotencyKey: 'once' }
  expect(await toldOf(() => Promise.all([act(clerk, 'adjustPoints', give), act(clerk, 'adjustPoints', give)]))).toEqual(
    [
      {
        ...entry,
        action: 'POINTS_ADJUSTED',
        subjectId: user.id,
        object: null,
        reason: 'Welcome',
        before: {},
        after: { delta: 500 },
      },
    ],
  )

  const order = world.order()
  const paymentId = await world.pay(order)
  const refund = { paymentId, amount: { amountMinor: 2_500 }, reason: 'Goodwill' }
  expect(await toldOf(() => act(clerk, 'refundPayment', refund))).toEqual([
    {
      ...{ ...entry, action: 'PAYMENT_REFUNDED', subjectId: order.buyerId, object: { kind: 'PAYMENT', id: paymentId } },
      ...{ reason: 'Goodwill', before: { refundableMinor: 12_500 }, after: { refundedMinor: 2_500 } },
    },
  ])

  const Ask = 'mutation ($input: RequestRefundInput!) { requestRefund(input: $input) { refundRequest { id } } }'
  const asked = await world.payments.as(order.buyer).query(Ask, { input: { orderId: order.orderId, reason: 'Late' } })
  const decline = { refundRequestId: asked.requestRefund.refundRequest.id, answer: 'It was delivered.' }
  expect(await toldOf(() => act(clerk, 'declineRefundRequest', decline))).toEqual([
    {
      ...{
        ...entry,
        action: 'REFUND_REQUEST_DECLINED',
        subjectId: order.buyerId,
        object: { kind: 'ORDER', id: order.orderId },
      },
      ...{ reason: 'It was delivered.', before: { state: 'OPEN' }, after: { state: 'DECLINED' } },
    },
  ])

  const { toolId } = standInTool(makeId(), 100)
  const Use = 'mutation ($input: UseToolInput!) { useTool(input: $input) { usage { id } userErrors { code } } }'
  const { usage } = (await world.payments.as(user).query(Use, { input: { toolId } })).useTool
  expect(await toldOf(() => act(clerk, 'refundToolUsage', { usageId: usage.id, reason: 'It failed' }))).toEqual([
    {
      ...{ ...entry, action: 'TOOL_USAGE_REFUNDED', subjectId: user.id, object: { kind: 'TOOL_USAGE', id: usage.id } },
      ...{ reason: 'It failed', before: { refunded: false }, after: { refunded: true, points: 100 } },
    },
  ])
})

it('tells it nothing of what is refused, nor of what owners do themselves', async () => {
  const order = world.order()
  const paymentId = await world.pay(order)
  const acts = async () => {
    expect(
      await act(order.seller, 'refundPayment', { paymentId, amount: { amountMinor: 100 }, reason: 'Sorry' }),
    ).toEqual([])
    expect(await act(clerk, 'refundPayment', { paymentId, amount: { amountMinor: 99_999 }, reason: 'Odd' })).toEqual([
      'LIMIT_EXCEEDED',
    ])
    expect(await act(clerk, 'adjustPoints', { userId: makeId(), delta: -5, reason: 'Odd' })).toEqual([
      'INSUFFICIENT_FUNDS',
    ])
  }
  expect(await toldOf(acts)).toEqual([])
})

// The last one: no money stands behind its payout, so no job may run after it.
it('tells it of payouts that are held, let go on, or sent at once', async () => {
  const payoutId = makeId()
  const userId = makeId()
  await world.context.db.insert(payoutAccounts).values({ userId, createdAt: world.clock.now() })
  await world.context.db.insert(payouts).values({
    ...{
      id: payoutId,
      userId,
      amountMinor: 5_000,
      currency: 'USD',
      state: 'REQUESTED',
      requestedAt: world.clock.now(),
    },
  })
  const about = { ...entry, subjectId: userId, object: { kind: 'PAYOUT', id: payoutId } }
  expect(await toldOf(() => act(clerk, 'holdPayout', { payoutId, reason: 'Odd' }))).toEqual([
    { ...about, action: 'PAYOUT_HELD', reason: 'Odd', before: { state: 'REQUESTED' }, after: { state: 'HELD' } },
  ])
  expect(await toldOf(() => act(clerk, 'releasePayout', { payoutId }))).toEqual([
    {
      ...about,
      action: 'PAYOUT_RELEASED',
      reason: '',
      before: { state: 'HELD', reason: 'Odd' },
      after: { state: 'REQUESTED' },
    },
  ])
  world.clock.advance('1s')
  expect(await toldOf(() => world.payments.as(clerk).query('mutation { processPayouts { count } }'))).toEqual([
    {
      ...entry,
      action: 'PAYOUTS_PROCESSED',
      subjectId: null,
      object: null,
      reason: '',
      before: {},
      after: { payouts: 1 },
    },
  ])
})
