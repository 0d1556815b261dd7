import { orderCompleted } from '@gigraph/orders/events'
import { usd } from '@gigraph/shared/money'
import { person, staff } from '@gigraph/shared/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PaymentsWorld, startPaymentsWorld } from './payments-world.ts'

let world: PaymentsWorld
let order: ReturnType<PaymentsWorld['order']>
let paymentId: string
beforeAll(async () => {
  world = await startPaymentsWorld()
  order = world.order()
  paymentId = await world.pay(order)
})
afterAll(() => world.close())

const Payment = 'query ($id: ID!) { payment(id: $id) { id title buyer { id } seller { id } order { id } status } }'
const Entity = 'query ($ref: _Any!) { _entities(representations: [$ref]) { ... on Payment { id } } }'
const OrderPart =
  'query ($ref: _Any!) { _entities(representations: [$ref]) { ... on Order { payment { id } payments { id } } } }'
const viewers = () =>
  [
    ['the buyer', order.buyer, true],
    ['the seller', order.seller, true],
    ['staff with payments:read', staff('payments:read'), true],
    ['other staff', staff('content:moderate'), false],
    ['another buyer', person('CLIENT'), false],
    ['another seller', person('FREELANCER'), false],
  ] as const

describe('a payment', () => {
  it('is seen by its two sides and staff, as a field and as an entity; others do not find it', async () => {
    for (const [who, viewer, sees] of viewers()) {
      const asked = await world.payments.as(viewer).run(Payment, { id: paymentId })
      expect(asked.errors?.[0]?.extensions?.code, who).toBe(sees ? undefined : 'NOT_FOUND')
      const entity = await world.payments.as(viewer).run(Entity, { ref: { __typename: 'Payment', id: paymentId } })
      expect(entity.errors?.[0]?.extensions?.code, who).toBe(sees ? undefined : 'NOT_FOUND')
      const ref = { __typename: 'Order', id: order.orderId }
      const part = (await world.payments.as(viewer).query(OrderPart, { ref }))._entities[0]
      expect(part, who).toEqual(
        sees ? { payment: { id: paymentId }, payments: [{ id: paymentId }] } : { payment: null, payments: [] },
      )
    }
    const nobody = await world.payments.anonymous.run(Payment, { id: paymentId })
    expect(nobody.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    const unknown = await world.payments.as(order.buyer).run(Payment, { id: world.context.makeId() })
    expect(unknown.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
  })
})

describe("the viewer's money", () => {
  const Mine =
    'query ($ref: _Any!) { _entities(representations: [$ref]) { ... on Viewer { balance { available { amountMinor } } points { balance } } } }'

  it('is nobody else’s: not staff’s, not with somebody’s id', async () => {
    const ref = { __typename: 'Viewer', id: order.sellerId }
    for (const viewer of [order.buyer, staff('payments:read'), null]) {
      const answer = await world.payments.as(viewer).run(Mine, { ref })
      expect(answer.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
    }
  })

  it('pages through transactions without gaps, narrowed by kind', async () => {
    const client = world.payments.as(order.seller)
    for (let index = 0; index < 5; index += 1) {
      const other = world.order({ sellerId: order.sellerId, total: usd(1_000 + index) })
      await world.pay(other)
      await world.payments.consume(orderCompleted, { ...world.facts(other), onTime: true, firstWithBuyer: false })
    }
    const List =
      'query ($ref: _Any!, $first: Int, $after: String, $filter: TransactionFilter) { _entities(representations: [$ref]) { ... on Viewer { transactions(first: $first, after: $after, filter: $filter) { nodes { id amount { amountMinor } order { id } } pageInfo { hasNextPage endCursor } } } } }'
    const ref = { __typename: 'Viewer', id: order.sellerId }
    const page = async (variables: object) =>
      (await client.query(List, { ref, ...variables }))._entities[0].transactions
    const one = await page({ first: 3 })
    const two = await page({ first: 3, after: one.pageInfo.endCursor })
    expect(one.pageInfo.hasNextPage).toBe(true)
    expect(two.pageInfo.hasNextPage).toBe(false)
    expect(new Set([...one.nodes, ...two.nodes].map(({ id }: { id: string }) => id)).size).toBe(5)
    expect((await page({ filter: { kinds: ['PAYOUT'] } })).nodes).toEqual([])
    expect((await page({ filter: { kinds: ['EARNING'] } })).nodes).toHaveLength(5)
  })

  it('is listed for staff with payments:read: everybody’s, or one person’s', async () => {
    const List =
      'query ($userId: ID, $first: Int) { transactions(userId: $userId, first: $first) { nodes { kind user { id } } } }'
    const read = async (variables: Readonly<Record<string, unknown>>) =>
      (await world.payments.as(staff('payments:read')).query(List, variables)).transactions.nodes
    const ofBuyer = await read({ userId: order.buyerId })
    expect(ofBuyer.map((line: { kind: string }) => line.kind)).toContain('PAYMENT')
    for (const { user } of ofBuyer) expect(user.id).toBe(order.buyerId)
    const people = (await read({ first: 100 })).map((line: { user: { id: string } }) => line.user.id)
    expect(new Set(people).size).toBeGreaterThan(1)
    expect(await read({ userId: 'no id' })).toEqual([])
    for (const viewer of [order.buyer, order.seller, staff('refunds:write')])
      expect((await world.payments.as(viewer).run(List)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  })

  it('needs as many statements for fifty transactions as for five', async () => {
    const List =
      'query ($ref: _Any!, $first: Int) { _entities(representations: [$ref]) { ... on Viewer { transactions(first: $first) { nodes { payment { id refunds { id } } order { payment { id refunds { id } } } } } } } }'
    const ref = { __typename: 'Viewer', id: order.buyerId }
    for (let index = 0; index < 4; index += 1)
      await world.pay({ ...world.order({ buyerId: order.buyerId }), buyer: order.buyer })
    const client = world.payments.as(order.buyer)
    const few = await world.payments.countStatements(() => client.query(List, { ref, first: 1 }))
    const many = await world.payments.countStatements(() => client.query(List, { ref, first: 5 }))
    expect(many).toBe(few)
    expect(few).toBeLessThanOrEqual(5)
  })
})

describe('an unknown field of an input', () => {
  it('is refused', async () => {
    const Sneaky = 'mutation { createCheckout(input: { orderId: "x", amount: 1 }) { userErrors { code } } }'
    const answer = await world.payments.as(order.buyer).run(Sneaky)
    expect(answer.errors?.[0]?.message).toContain('"amount"')
  })
})
