import { nextWhere, person, staff, type TestClient } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Deal, entity, mutate, type Orders, refusal, see, startOrders } from './start.ts'

let world: Orders
let deal: Deal
let actors: Record<string, TestClient>
beforeAll(async () => {
  world = await startOrders()
  deal = await world.start()
  actors = {
    buyer: deal.buyer,
    seller: deal.seller,
    stranger: world.orders.as(person('CLIENT', 'FREELANCER')),
    anonymous: world.orders.anonymous,
    reader: world.orders.as(staff('orders:read')),
    judge: world.orders.as(staff('disputes:resolve')),
  }
})
afterAll(() => world.close())

const actor = (name: string): TestClient => actors[name] ?? world.orders.anonymous
const toSeller = { amountMinor: 1, currency: 'USD' }
const milestoneId = makeId()

/** Every mutation about an order: what it takes beside the order's id, and whose it is. */
const mutations: [name: string, input: object, whose: string[]][] = [
  ['submitRequirements', { answers: [] }, ['buyer']],
  ['skipRequirements', {}, ['seller']],
  ['deliverOrder', { message: 'x' }, ['seller']],
  ['acceptDelivery', {}, ['buyer']],
  ['requestRevision', { message: 'x' }, ['buyer']],
  ['cancelOrder', {}, ['buyer', 'seller']],
  ['requestCancellation', { reason: 'x' }, ['buyer', 'seller']],
  ['withdrawCancellation', {}, ['buyer', 'seller']],
  ['answerCancellation', { accept: true }, ['buyer', 'seller']],
  ['requestExtension', { reason: 'x', days: 1 }, ['seller']],
  ['withdrawExtension', {}, ['seller']],
  ['answerExtension', { accept: true }, ['buyer']],
  ['deliverMilestone', { milestoneId, message: 'x' }, ['seller']],
  ['acceptMilestone', { milestoneId }, ['buyer']],
  ['openDispute', { reason: 'x' }, ['buyer', 'seller']],
  ['answerDispute', { answer: 'x' }, ['buyer', 'seller']],
  ['proposeSettlement', { toSeller }, ['buyer', 'seller']],
  ['acceptSettlement', { toSeller }, ['buyer', 'seller']],
  ['resolveDispute', { toSeller, reason: 'x' }, ['judge']],
]

describe('who may do what', () => {
  test('the matrix knows every mutation but placeOrder', async () => {
    const { __schema } = await world.orders.anonymous.query('{ __schema { mutationType { fields { name } } } }')
    const names = __schema.mutationType.fields.map(({ name }: { name: string }) => name)
    expect(names.sort()).toEqual(['placeOrder', ...mutations.map(([name]) => name)].sort())
  })

  test.each(mutations)('%s', async (name, input, whose) => {
    for (const who of ['buyer', 'seller', 'reader', 'judge', 'stranger', 'anonymous']) {
      if (whose.includes(who)) continue
      const strangers = name === 'resolveDispute' ? 'FORBIDDEN' : 'NOT_FOUND'
      const expected = who === 'anonymous' ? 'UNAUTHENTICATED' : who === 'stranger' ? strangers : 'FORBIDDEN'
      expect([who, await refusal(actor(who), name, { orderId: deal.id, ...input })]).toEqual([who, expected])
    }
    for (const who of whose)
      expect([who, await refusal(actor(who), name, { orderId: makeId(), ...input })]).toEqual([who, 'NOT_FOUND'])
    expect((await see(deal.buyer, deal.id)).timeline).toHaveLength(2)
  })

  test('an id that is none is a user error', async () => {
    expect((await mutate(deal.buyer, 'acceptDelivery', { orderId: 'x' })).userErrors).toMatchObject([
      { code: 'VALIDATION', field: ['input', 'orderId'] },
    ])
  })
})

describe('who may see what', () => {
  const document = 'query ($id: ID!) { order(id: $id) { id viewerRole allowedActions } }'
  test.each([
    ['buyer', null],
    ['seller', null],
    ['reader', null],
    ['judge', null],
    ['stranger', 'NOT_FOUND'],
    ['anonymous', 'UNAUTHENTICATED'],
  ])('an order, as %s: %s', async (who, code) => {
    const { data, errors } = await actor(who).run(document, { id: deal.id })
    expect(errors?.[0]?.extensions?.code ?? null).toBe(code)
    expect(data?.order?.id ?? null).toBe(code ? null : deal.id)
    // The way of the gateway: the same rule, and null instead of an error.
    expect(await entity(actor(who), 'Order', deal.id, 'id')).toEqual(code ? null : { id: deal.id })
  })

  test('an order that does not exist, and an id that is none', async () => {
    for (const id of [makeId(), 'x']) {
      const { errors } = await deal.buyer.run(document, { id })
      expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
      expect(await entity(deal.buyer, 'Order', id, 'id')).toBeNull()
    }
  })

  test('all orders are for staff with the scope', async () => {
    const all = 'query ($filter: OrderFilter) { orders(filter: $filter) { nodes { id } } }'
    const codes: Record<string, unknown> = {}
    for (const who of Object.keys(actors)) {
      const { errors } = await actor(who).run(all)
      codes[who] = errors?.[0]?.extensions?.code ?? null
    }
    expect(codes).toEqual({
      buyer: 'FORBIDDEN',
      seller: 'FORBIDDEN',
      stranger: 'FORBIDDEN',
      anonymous: 'UNAUTHENTICATED',
      reader: null,
      judge: 'FORBIDDEN',
    })
    const filter = { buyerId: deal.buyerViewer.id, states: ['IN_PROGRESS'], gigId: deal.terms.gigId }
    expect((await actor('reader').query(all, { filter })).orders.nodes).toEqual([{ id: deal.id }])
    expect((await actor('reader').query(all, { filter: { buyerId: 'x' } })).orders.nodes).toEqual([])
    const none = { ...filter, createdBefore: '2020-01-01T00:00:00.000Z' }
    expect((await actor('reader').query(all, { filter: none })).orders.nodes).toEqual([])
  })

  test('the orders of the viewer, by side and state, and of nobody else', async () => {
    const list = (who: TestClient, id: string, args: string) =>
      entity(who, 'Viewer', id, `orders(${args}) { nodes { id } pageInfo { hasNextPage endCursor } }`)
    const buyerId = deal.buyerViewer.id
    expect((await list(deal.buyer, buyerId, 'first: 5')).orders.nodes).toEqual([{ id: deal.id }])
    expect((await list(deal.buyer, buyerId, 'role: SELLER')).orders.nodes).toEqual([])
    expect((await list(deal.buyer, buyerId, 'role: BUYER, states: [IN_PROGRESS]')).orders.nodes).toHaveLength(1)
    expect((await list(deal.buyer, buyerId, 'states: [COMPLETED]')).orders.nodes).toEqual([])
    expect(await list(deal.seller, buyerId, 'first: 5')).toBeNull()
    expect(await list(world.orders.anonymous, buyerId, 'first: 5')).toBeNull()
  })

  test('how many orders a gig has waiting is public', async () => {
    const gig = await entity(world.orders.anonymous, 'Gig', deal.terms.gigId ?? '', 'ordersInQueue')
    expect(gig).toEqual({ ordersInQueue: 1 })
  })
})

describe('live updates', () => {
  const document = 'subscription ($id: ID!) { orderUpdated(orderId: $id) { state timeline { event } } }'
  test('tell the two people what the order is now, each time anew', async () => {
    const own = await world.start()
    const stream = await own.buyer.subscribe(document, { id: own.id })
    await world.orders.context.pubsub.ready()
    const news = async (state: string): Promise<{ timeline: unknown[] }> =>
      (await nextWhere(stream, ({ data }) => data.orderUpdated.state === state)).data.orderUpdated
    await mutate(own.seller, 'deliverOrder', { orderId: own.id, message: 'x' })
    expect((await news('DELIVERED')).timeline).toHaveLength(3)
    await mutate(own.buyer, 'acceptDelivery', { orderId: own.id })
    expect((await news('COMPLETED')).timeline).toHaveLength(4)
    await stream.return?.()
  })

  test.each(['stranger', 'anonymous', 'reader'])('not to %s', async (who) => {
    await expect(actor(who).subscribe(document, { id: deal.id })).rejects.toThrow(/NOT_FOUND|UNAUTHENTICATED/)
  })
})
