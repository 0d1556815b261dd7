import { usd } from '@gigraph/shared/money'
import { describeUnusualInputs, person, staff, type TestService } from '@gigraph/shared/testing'
import { afterAll, beforeAll } from 'vitest'
import { paymentsService } from '../src/index.ts'
import { sellerAvailable, stripeClearing } from '../src/ledger/account.ts'
import { post } from '../src/ledger/post.ts'
import { type PaymentsWorld, startPaymentsWorld } from './payments-world.ts'
import { standInTool } from './stand-ins.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await startPaymentsWorld()
})
afterAll(() => world.close())

/** Somebody who buys, sells and makes tools at once, with something behind every id. */
const scene = async () => {
  const viewer = person('CLIENT', 'FREELANCER', 'TOOL_CREATOR')
  const clerk = staff('payments:read', 'payouts:write', 'points:write', 'refunds:write')
  const sold = { ...world.order({ sellerId: viewer.id }), seller: viewer }
  const bought = { ...world.order({ buyerId: viewer.id }), buyer: viewer }
  const due = { ...world.order({ buyerId: viewer.id }), buyer: viewer }
  const soldPayment = await world.pay(sold)
  const boughtPayment = await world.pay(bought)
  await world.onboard(viewer)
  await world.inTransaction((tx) =>
    post(world.context, tx, {
      kind: 'TEST',
      cause: `test:${viewer.id}`,
      entries: [
        { account: stripeClearing, amount: usd(-1_000_000) },
        { account: sellerAvailable(viewer.id), amount: usd(1_000_000) },
      ],
    }),
  )
  const payout = await world.payOut(viewer, 5_000)
  const run = async (as: typeof viewer, query: string, input: object) =>
    await world.payments.as(as).query(query, { input })
  const Adjust = 'mutation ($input: AdjustPointsInput!) { adjustPoints(input: $input) { userErrors { code } } }'
  await run(clerk, Adjust, { userId: viewer.id, delta: 100_000, reason: 'Welcome' })
  const Ask =
    'mutation ($input: RequestRefundInput!) { requestRefund(input: $input) { refundRequest { id } userErrors { code } } }'
  const { requestRefund } = await run(sold.buyer, Ask, { orderId: sold.orderId, reason: 'Late.' })
  const refused = { ...world.order({ sellerId: viewer.id }), seller: viewer }
  const Refund =
    'mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) { refund { id } userErrors { code } } }'
  const { refundPayment } = await run(clerk, Refund, {
    ...{ paymentId: await world.pay(refused, '4000 0000 0000 5126'), reason: 'Late.' },
  })
  await world.settle()
  const others = standInTool(person('TOOL_CREATOR').id, 1)
  const own = standInTool(viewer.id, 1)
  const Use =
    'mutation ($input: UseToolInput!) { useTool(input: $input) { usage { id accessToken } userErrors { code } } }'
  const client = person('CLIENT')
  await run(clerk, Adjust, { userId: client.id, delta: 1_000, reason: 'Welcome' })
  const { useTool } = await run(client, Use, { toolId: own.toolId, maxPoints: 1_000 })
  return {
    ...{ viewer, staff: clerk, soldPayment, boughtPayment, bought, due, payout, toolId: others.toolId },
    ...{ refundRequestId: requestRefund.refundRequest.id, refund: refundPayment.refund.id, usage: useTool.usage },
  }
}

const reason = 'A reason.'
const period = { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' }

describeUnusualInputs({
  definition: paymentsService,
  service: () => world.payments as unknown as TestService,
  scene,
  byStaff: [
    'Query.revenueStats',
    'Query.transactions',
    'Query.payouts',
    'Query.refunds',
    'Query.chargebacks',
    'Mutation.retryRefund',
    'Mutation.settleRefund',
    'Mutation.holdPayout',
    'Mutation.releasePayout',
    'Mutation.adjustPoints',
  ],
  entities: { Gig: ({ bought }) => ({ id: bought.gigId }) },
  with: {
    'Query.payment': ({ boughtPayment }) => ({ id: boughtPayment }),
    'Query.invoice': ({ boughtPayment }) => ({ paymentId: boughtPayment }),
    'Query.revenueStats': () => ({ input: period }),
    'Query.transactions': ({ viewer }) => ({ userId: viewer.id, filter: { kinds: ['EARNING'] } }),
    'Query.payouts': () => ({ states: ['REQUESTED'] }),
    'Query.refunds': () => ({ states: ['FAILED'] }),
    'Query.chargebacks': () => ({ states: ['OPEN'] }),
    'Mutation.createCheckout': ({ due }) => ({ input: { orderId: due.orderId } }),
    'Mutation.refundPayment': ({ soldPayment }) => ({ input: { paymentId: soldPayment, amount: usd(1), reason } }),
    'Mutation.retryRefund': ({ refund }) => ({ input: { refundId: refund, note: reason } }),
    'Mutation.settleRefund': ({ refund }) => ({ input: { refundId: refund, note: reason } }),
    'Mutation.setBillingDetails': () => ({ input: { name: 'ACME', addressLines: ['1 Road'], country: 'DE' } }),
    'Mutation.requestRefund': ({ bought }) => ({ input: { orderId: bought.orderId, reason } }),
    'Mutation.declineRefundRequest': ({ refundRequestId }) => ({ input: { refundRequestId, answer: reason } }),
    'Mutation.requestPayout': () => ({ input: { amount: usd(1_000) } }),
    'Mutation.setPayoutSchedule': () => ({ input: { schedule: 'WEEKLY' } }),
    'Mutation.holdPayout': ({ payout }) => ({ input: { payoutId: payout, reason } }),
    'Mutation.releasePayout': ({ payout }) => ({ input: { payoutId: payout } }),
    'Mutation.buyPoints': () => ({ input: { pack: 'SMALL' } }),
    'Mutation.adjustPoints': ({ viewer }) => ({ input: { userId: viewer.id, delta: 1, reason } }),
    'Mutation.useTool': ({ toolId }) => ({ input: { toolId } }),
    'Mutation.recordToolUsage': ({ usage }) => ({ input: { accessToken: usage.accessToken, units: 1 } }),
    'Mutation.refundToolUsage': ({ usage }) => ({ input: { usageId: usage.id, reason } }),
  },
})
