import { hasScope } from '@gigraph/shared/auth'
import {
  castOf,
  describeAuthorization,
  everybody,
  only,
  type Rule,
  scope,
  signedIn,
  type TestService,
  type ViewerKind,
} from '@gigraph/shared/testing'
import { afterAll, beforeAll } from 'vitest'
import { paymentsService } from '../src/index.ts'
import {
  billingDetails,
  earnings,
  payoutAccounts,
  payouts,
  refundRequests,
  refunds,
  toolUsages,
} from '../src/tables.ts'
import { type PaymentsWorld, startPaymentsWorld } from './payments-world.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await startPaymentsWorld()
})
afterAll(() => world.close())

/** An order that the owner has paid, with everything that can hang on it, and one that is to be paid; the counterpart sells. */
const scene = async () => {
  const { db, clock, makeId } = world.context
  const order = world.order()
  const paymentId = await world.pay(order)
  const unpaid = world.order({ buyerId: order.buyerId, sellerId: order.sellerId })
  const cast = castOf({ owner: order.buyer, counterpart: order.seller })
  const ids = { refundId: makeId(), payoutId: makeId(), requestId: makeId(), usageId: makeId(), toolId: makeId() }
  const now = clock.now()
  const amount = { amountMinor: 100, currency: 'USD' }
  const { orderId, buyerId, sellerId } = order
  await db.insert(payoutAccounts).values([sellerId, buyerId].map((userId) => ({ userId, createdAt: now })))
  await db.insert(billingDetails).values(
    [buyerId, sellerId].map((userId) => ({
      ...{ userId, name: 'ACME', addressLines: ['1 Road'], country: 'DE', updatedAt: now },
    })),
  )
  await db
    .insert(payouts)
    .values({ id: ids.payoutId, userId: sellerId, ...amount, state: 'REQUESTED', requestedAt: now })
  await db
    .insert(refunds)
    .values({ id: ids.refundId, paymentId, orderId, ...amount, reason: 'A part.', state: 'SUCCEEDED', createdAt: now })
  await db
    .insert(refundRequests)
    .values({ id: ids.requestId, orderId, buyerId, sellerId, reason: 'It is late.', state: 'OPEN', createdAt: now })
  const earningId = makeId()
  await db.insert(earnings).values({
    ...{ id: earningId, sellerId: cast.toolCreator.id, source: 'TOOL', toolId: ids.toolId, currency: 'USD' },
    ...{ grossMinor: 1, feeMinor: 0, pendingMinor: 0, earnedAt: now, availableAt: now, clearedAt: now },
  })
  await db.insert(earnings).values({
    ...{ id: makeId(), sellerId, source: 'ORDER', orderId, gigId: order.gigId, currency: 'USD' },
    ...{ grossMinor: 1, feeMinor: 0, pendingMinor: 0, earnedAt: now, availableAt: now, clearedAt: now },
  })
  await db.insert(toolUsages).values({
    id: ids.usageId,
    toolId: ids.toolId,
    title: 'A tool',
    endpoint: 'https://tool.example',
    userId: cast.owner.id,
    creatorId: cast.toolCreator.id,
    pointsPerUnit: 1,
    units: 1,
    pointsCharged: 1,
    earningId,
    grantExpiresAt: now,
    usedAt: now,
  })
  return { cast, order, unpaid, paymentId, ...ids }
}
type Scene = Awaited<ReturnType<typeof scene>>

const readers: readonly ViewerKind[] = ['owner', 'apiKey', 'counterpart', 'support', 'admin']
const visible = only(readers)
const visibleOrNull: Rule = { decide: ({ kind }) => (readers.includes(kind) ? 'allowed' : 'null') }
const visibleOrEmpty: Rule = { decide: ({ kind }) => (readers.includes(kind) ? 'allowed' : 'empty') }
/** Who paid, and staff; the seller sees the payment, not its invoice. Strangers do not even find the payment. */
const invoiceReaders = (seller: 'FORBIDDEN' | 'null'): Rule => ({
  decide: (cell) => (cell.kind === 'counterpart' ? seller : visible.decide(cell)),
})
/** What was earned: for the seller, who is the counterpart here, and staff. */
const sellerOrNull: Rule = {
  decide: ({ kind }) => (['counterpart', 'support', 'admin'].includes(kind) ? 'allowed' : 'null'),
}
/** The own Viewer; for everybody else it does not exist. */
const ownMoney = only(['owner', 'apiKey'], 'NOT_FOUND', 'NOT_FOUND')
/** Those kinds and who holds the scope; the other side and staff who read see it and may not. */
const orRefunds = (...kinds: readonly ViewerKind[]): Rule => ({
  scopes: ['refunds:write'],
  decide: ({ kind, viewer }) => {
    if (!viewer) return 'UNAUTHENTICATED'
    if (kinds.includes(kind) || hasScope(viewer, 'refunds:write')) return 'allowed'
    return kind === 'owner' || kind === 'apiKey' || hasScope(viewer, 'payments:read') ? 'FORBIDDEN' : 'NOT_FOUND'
  },
})
const ofOrder = ({ order }: Scene) => ({ input: { orderId: order.orderId } })

describeAuthorization({
  definition: paymentsService,
  service: () => world.payments as unknown as TestService,
  scene,
  entities: {
    Payment: ({ paymentId }) => ({ id: paymentId }),
    Order: ({ order }) => ({ id: order.orderId }),
    Tool: ({ toolId }) => ({ id: toolId }),
    Gig: ({ order }) => ({ id: order.gigId }),
  },
  rows: {
    'Query.payment': { rule: only(readers), with: ({ paymentId }) => ({ id: paymentId }) },
    'Query.invoice': { rule: invoiceReaders('FORBIDDEN'), with: ({ paymentId }) => ({ paymentId }) },
    'Payment.invoice': invoiceReaders('null'),
    'Query.ledgerCheck Query.transactions Query.refunds Query.chargebacks': scope('payments:read'),
    'Query.payouts': scope('payouts:write'),
    'Query.revenueStats': {
      rule: signedIn,
      with: () => ({ input: { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' } }),
    },
    '_entities.Payment Payment.order Payment.buyer Payment.seller Payment.refunds Payment.chargebacks': visible,
    '_entities.Order _entities.Tool _entities.Gig': everybody,
    'Order.payment': visibleOrNull,
    'Order.payments': visibleOrEmpty,
    'Order.payout Gig.revenue': sellerOrNull,
    'Order.refunds Order.refundRequests': visibleOrEmpty,
    [`_entities.Viewer Viewer.balance Viewer.transactions Viewer.payoutAccount Viewer.payouts Viewer.points
      Viewer.usageHistory Viewer.billingDetails`]: ownMoney,
    'Viewer.statement': {
      rule: ownMoney,
      with: () => ({ input: { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' } }),
    },
    'Tool.usageStats': everybody,

    'Mutation.createCheckout': {
      rule: only(['owner', 'apiKey']),
      with: ({ unpaid }) => ({ input: { orderId: unpaid.orderId } }),
    },
    'Mutation.startPayoutOnboarding Mutation.requestPayout Mutation.setPayoutSchedule': scope('payouts:request'),
    'Mutation.processPayouts': scope('payouts:write'),
    'Mutation.holdPayout Mutation.releasePayout': {
      rule: scope('payouts:write'),
      with: ({ payoutId }) => ({ input: { payoutId } }),
    },
    'Mutation.buyPoints Mutation.setBillingDetails': signedIn,
    'Mutation.retryRefund Mutation.settleRefund': {
      rule: scope('refunds:write'),
      with: ({ refundId }) => ({ input: { refundId } }),
    },
    'Mutation.adjustPoints': {
      rule: scope('points:write'),
      with: ({ cast }) => ({ input: { userId: cast.owner.id } }),
    },
    'Mutation.refundPayment': {
      rule: orRefunds('counterpart'),
      with: ({ paymentId }) => ({ input: { paymentId } }),
    },
    'Mutation.requestRefund': { rule: only(['owner', 'apiKey']), with: ofOrder },
    'Mutation.declineRefundRequest': {
      rule: orRefunds('counterpart'),
      with: ({ requestId }) => ({ input: { refundRequestId: requestId } }),
    },
    'Mutation.useTool': signedIn,
    'Mutation.recordToolUsage': scope('usage:write'),
    'Mutation.refundToolUsage': {
      rule: orRefunds('toolCreator'),
      with: ({ usageId }) => ({ input: { usageId } }),
    },
  },
})
