import { roles, scopesOf } from '@gigraph/shared/auth'
import {
  castOf,
  describeAuthorization,
  only,
  ownViewer,
  parties,
  type Rule,
  scope,
  type TestService,
  type ViewerKind,
} from '@gigraph/shared/testing'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ordersService } from '../src/index.ts'
import { orders } from '../src/tables.ts'
import { mutate, type Orders, refusal, see, startOrders } from './start.ts'

let world: Orders
beforeAll(async () => {
  world = await startOrders()
})
afterAll(() => world.close())

/** An order that is worked on: the owner bought it, the counterpart sells. */
const scene = async () => {
  const deal = await world.start()
  return {
    cast: castOf({ owner: deal.buyerViewer, counterpart: deal.sellerViewer }),
    deal,
    /** A proposal or offer elsewhere. */
    sourceId: world.orders.context.makeId(),
  }
}
type Scene = Awaited<ReturnType<typeof scene>>
const ofOrder = ({ deal }: Scene) => ({ input: { orderId: deal.id } })

const readers: readonly ViewerKind[] = ['owner', 'apiKey', 'counterpart', 'support', 'admin']
/** Of the two people and staff, one side may act; strangers do not find the order. */
const side = (...kinds: readonly ViewerKind[]): Rule => ({
  decide: ({ kind, viewer }) => {
    if (!viewer) return 'UNAUTHENTICATED'
    if (kinds.includes(kind)) return 'allowed'
    return readers.includes(kind) ? 'FORBIDDEN' : 'NOT_FOUND'
  },
})
/** A key of the buyer's without scopes reads the order, and does nothing to it: `orders:place` and `orders:work` are for that. */
const buyer = side('owner')
const seller = side('counterpart')
const both = side('owner', 'counterpart')
/** Makes the order one for this proposal and this offer; gives its key. */
const placedFor = async ({ deal, sourceId }: Scene) => {
  await world.orders.context.db
    .update(orders)
    .set({ proposalId: sourceId, offerId: sourceId })
    .where(eq(orders.id, deal.id))
  return { id: deal.id }
}
const ofItsSource = async (cell: Scene) => {
  await placedFor(cell)
  return { id: cell.sourceId }
}
/** As an entity the order is null for whoever may not see it. */
const asEntity: Rule = { decide: ({ kind }) => (readers.includes(kind) ? 'allowed' : 'null') }

describeAuthorization({
  definition: ordersService,
  service: () => world.orders as unknown as TestService,
  scene,
  entities: {
    Order: ({ deal }) => ({ id: deal.id }),
    User: ({ cast }) => ({ id: cast.counterpart.id }),
    Gig: ({ deal }) => ({ id: deal.terms.gigId }),
    Proposal: ({ sourceId }) => ({ id: sourceId }),
    CustomOffer: ({ sourceId }) => ({ id: sourceId }),
  },
  rows: {
    'Query.order': { rule: only(readers), with: ({ deal }) => ({ id: deal.id }) },
    // Live only for the two: staff reads when it needs to.
    'Subscription.orderUpdated': { rule: parties, with: ({ deal }) => ({ orderId: deal.id }) },
    'Query.orders': scope('orders:read'),
    [`_entities.Order Order.buyer Order.seller Order.gig Order.lines Order.terms Order.requirements Order.deadline
      Order.deliveries Order.milestones Order.changeRequests Order.timeline`]: asEntity,
    'Order.dispute': {
      rule: asEntity,
      of: async ({ deal }) => {
        await world.orders
          .as(deal.buyerViewer)
          .run('mutation ($input: OpenDisputeInput!) { openDispute(input: $input) { userErrors { code } } }', {
            input: { orderId: deal.id, reason: 'Something is wrong here.' },
          })
        return { id: deal.id }
      },
    },
    '_entities.User _entities.Gig _entities.Proposal _entities.CustomOffer': { decide: () => 'allowed' },
    'Proposal.order CustomOffer.order': { rule: asEntity, of: ofItsSource },
    // Marketplace shows both to the two sides alone.
    'Order.proposal Order.offer': {
      rule: { decide: ({ kind }) => (['owner', 'apiKey', 'counterpart'].includes(kind) ? 'allowed' : 'null') },
      of: placedFor,
    },
    '_entities.Viewer Viewer.orders Viewer.purchases Viewer.sales Viewer.history Viewer.orderCounts': ownViewer,

    'Mutation.placeOrder': scope('orders:place'),
    [`Mutation.submitRequirements Mutation.acceptDelivery Mutation.requestRevision Mutation.answerExtension
      Mutation.acceptMilestone`]: { rule: buyer, with: ofOrder, fresh: true },
    [`Mutation.skipRequirements Mutation.deliverOrder Mutation.requestExtension Mutation.withdrawExtension
      Mutation.deliverMilestone`]: {
      rule: seller,
      with: ofOrder,
      fresh: true,
    },
    [`Mutation.cancelOrder Mutation.requestCancellation Mutation.withdrawCancellation Mutation.answerCancellation Mutation.openDispute Mutation.answerDispute
      Mutation.proposeSettlement Mutation.acceptSettlement`]: { rule: both, with: ofOrder, fresh: true },
    'Mutation.resolveDispute': { rule: scope('disputes:resolve'), with: ofOrder },
  },
})

test('a key acts on orders with the scope of its side, and with no other', async () => {
  const { id, buyerViewer, sellerViewer } = await world.start({ deliveryDays: 30 })
  const sides = [
    [buyerViewer, 'orders:place'],
    [sellerViewer, 'orders:work'],
  ] as const
  for (const [viewer, scope] of sides) {
    const key = (scopes: readonly string[]) => world.orders.as({ ...viewer, kind: 'api_key', scopes })
    const others = key(scopesOf(roles).filter((each) => each !== scope && each !== 'disputes:resolve'))
    const input = { orderId: id, reason: 'Not now.' }
    expect(await refusal(others, 'requestCancellation', input)).toBe('FORBIDDEN')
    expect((await see(others, id)).allowedActions).toEqual([])
    const { order } = await mutate(key([scope]), 'requestCancellation', input)
    expect(order.allowedActions).toContain('WITHDRAW_CANCELLATION')
    await mutate(key([scope]), 'withdrawCancellation', { orderId: id })
  }
})
