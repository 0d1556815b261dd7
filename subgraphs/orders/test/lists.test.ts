import { connectionFields, nextWhere, person, staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ordersService } from '../src/index.ts'
import { endStates, states } from '../src/order/order.ts'
import { seedOrders } from '../src/seed.ts'
import { plainTerms } from './marketplace/src/index.ts'
import { mutate, type Orders, startOrders } from './start.ts'

const MANY = 55
const owner = person('CLIENT', 'FREELANCER')
const reader = staff('orders:read')
const question = { id: 'q', question: '?', kind: 'TEXT' as const, choices: [], required: true }
let world: Orders

/** Somebody who bought and sold 55 times: in every state, with everything that belongs to orders. */
beforeAll(async () => {
  world = await startOrders()
  const now = world.orders.clock.now().getTime()
  const row = (index: number) => ({
    state: states[index % states.length] ?? 'COMPLETED',
    placedAt: new Date(now - 40 * 86_400_000 - index * 3_600_000),
  })
  const rows = Array.from({ length: MANY }, (_, index) => [
    { ...row(index), terms: plainTerms({ requirements: [question] }), buyerId: owner.id },
    { ...row(index), terms: plainTerms({ sellerId: owner.id, requirements: [question] }), buyerId: makeId() },
    { ...row(2), state: 'COMPLETED' as const, terms: plainTerms(), buyerId: owner.id },
  ])
  await seedOrders(world.orders.context, rows.flat())
})
afterAll(() => world.close())

const order = `id state allowedActions viewerRole buyer { id } seller { id completedOrders } gig { id ordersInQueue }
  timeline { event user { id } } deliveries { message files { id } } changeRequests { kind }
  dispute { reason evidence { id } answerEvidence { id } } milestones { title } lines { title }
  requirements { question answer files { id } } deadline { event at }`

const ofViewer = (fields: string) =>
  `query ($n: Int!, $after: String, $of: [_Any!]!) { _entities(representations: $of) { ... on Viewer { ${fields} } } }`
const listOf = (name: string, selection: string) =>
  ofViewer(`${name}(first: $n, after: $after) { nodes { ${selection} } pageInfo { hasNextPage endCursor } }`)

const lists = [
  ['Query.orders', `query ($n: Int!) { orders(first: $n) { nodes { ${order} } } }`, reader],
  ['Viewer.orders', listOf('orders', order), owner],
  ['Viewer.purchases', listOf('purchases', order), owner],
  ['Viewer.sales', listOf('sales', order), owner],
  ['Viewer.history', listOf('history', order), owner],
] as const

const of = [{ __typename: 'Viewer', id: owner.id }]

describe('statements', () => {
  test.each(lists)('of %s are the same for 5 and for 50 results', async (_, document, viewer) => {
    const counted: number[] = []
    for (const n of [5, 50]) {
      const client = world.orders.as(viewer)
      // biome-ignore lint/suspicious/noExplicitAny: the answer has the shape of the document
      let found: any
      counted.push(
        await world.orders.countStatements(async () => {
          found = await client.query(document, { n, ...(document.includes('$of') && { of }) })
        }),
      )
      const [list] = Object.values<{ nodes: unknown[] }>(found._entities?.[0] ?? found)
      expect(list?.nodes).toHaveLength(n)
    }
    expect(counted[0]).toBe(8)
    expect(counted[1]).toBe(counted[0])
  })

  test('of every list of the schema', () => {
    expect(lists.map(([name]) => name).sort()).toEqual(connectionFields(ordersService).sort())
  })

  test.each([
    ['Order', order, () => all().then((found) => found.map(({ id }) => id))],
    ['User', 'completedOrders', async () => Array.from({ length: 50 }, makeId)],
    ['Gig', 'ordersInQueue', async () => Array.from({ length: 50 }, makeId)],
  ])('of references to %s are the same for 5 and for 50', async (type, fields, idsOf) => {
    const ids = (await idsOf()).slice(0, 50)
    const counted = async (n: number) =>
      world.orders.countStatements(() =>
        world.orders
          .as(owner)
          .query(`query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${fields} } } }`, {
            of: ids.slice(0, n).map((id) => ({ __typename: type, id })),
          }),
      )
    const few = await counted(5)
    expect(few).toBeGreaterThan(0)
    expect(await counted(50)).toBe(few)
  })
})

interface Found {
  readonly id: string
  readonly state: string
  readonly viewerRole: string
  readonly createdAt: string
  readonly endedAt: string | null
}
const selection = 'id state viewerRole createdAt endedAt'

/** A whole list, page by page. */
const all = async (name = 'orders', args = '', n = 20): Promise<Found[]> => {
  const document = ofViewer(
    `${name}(first: $n, after: $after${args}) { nodes { ${selection} } pageInfo { hasNextPage endCursor } }`,
  )
  const found: Found[] = []
  for (let after: string | null = null, more = true; more; ) {
    const answer = await world.orders.as(owner).query(document, { n, after, of })
    const { nodes, pageInfo } = answer._entities[0][name]
    found.push(...nodes)
    more = pageInfo.hasNextPage
    after = pageInfo.endCursor
  }
  return found
}

describe("the viewer's orders", () => {
  test('bought and sold are apart, together they are all, newest first; pages neither skip nor repeat', async () => {
    const [orders, purchases, sales] = [await all(), await all('purchases'), await all('sales', '', 7)]
    expect(purchases).toHaveLength(2 * MANY)
    expect(sales).toHaveLength(MANY)
    expect(new Set(purchases.map(({ viewerRole }) => viewerRole))).toEqual(new Set(['BUYER']))
    expect(new Set(sales.map(({ viewerRole }) => viewerRole))).toEqual(new Set(['SELLER']))
    const ids = (list: Found[]) => list.map(({ id }) => id)
    expect(ids(orders).sort()).toEqual([...ids(purchases), ...ids(sales)].sort())
    const instants = orders.map(({ createdAt }) => createdAt)
    expect(instants).toEqual(instants.toSorted().reverse())
    expect(ids(await all('orders', ', role: SELLER'))).toEqual(ids(sales))
    const disputed = await all('sales', ', states: [DISPUTED, REVISION]')
    expect(disputed.length).toBeGreaterThan(10)
    expect(disputed).toEqual(sales.filter(({ state }) => state === 'DISPUTED' || state === 'REVISION'))
    expect(await all('sales', ', states: []')).toEqual([])
  })

  test('are counted by their state, those that should have been delivered apart', async () => {
    const deal = await world.start({ deliveryDays: 1 })
    const counts = async (role = '') => {
      const document = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Viewer { orderCounts${role} { state count late } } } }`
      const mine = [{ __typename: 'Viewer', id: deal.buyerViewer.id }]
      return (await deal.buyer.query(document, { of: mine }))._entities[0].orderCounts
    }
    expect(await counts()).toEqual([{ state: 'IN_PROGRESS', count: 1, late: 0 }])
    world.orders.clock.advance('25h')
    expect(await counts('(role: BUYER)')).toEqual([{ state: 'IN_PROGRESS', count: 1, late: 1 }])
    expect(await counts('(role: SELLER)')).toEqual([])
    await mutate(deal.seller, 'deliverOrder', { orderId: deal.id, message: 'Here.' })
    expect(await counts()).toEqual([{ state: 'DELIVERED', count: 1, late: 0 }])
  })

  test('history has what has ended, the last end first', async () => {
    const history = await all('history', '', 9)
    const ended = (await all()).filter(({ state }) => (endStates as readonly string[]).includes(state))
    expect(history.map(({ id }) => id).sort()).toEqual(ended.map(({ id }) => id).sort())
    const ends = history.map(({ endedAt }) => endedAt ?? '')
    expect(ends).toEqual(ends.toSorted().reverse())
    expect(await all('history', ', role: SELLER')).toEqual(history.filter(({ viewerRole }) => viewerRole === 'SELLER'))
  })
})

describe('all orders', () => {
  const All = 'query ($filter: OrderFilter) { orders(filter: $filter, first: 100) { nodes { id state } } }'
  const found = async (filter: object): Promise<string[]> =>
    (await world.orders.as(reader).query(All, { filter })).orders.nodes.map(({ id }: { id: string }) => id)

  test('the disputes that can be decided now: answered, or 72 hours old', async () => {
    const deal = await world.deliver()
    const mine = { buyerId: deal.buyerViewer.id }
    await mutate(deal.buyer, 'openDispute', { orderId: deal.id, reason: 'No.' })
    expect(await found({ ...mine, decidable: true })).toEqual([])
    expect(await found({ ...mine, decidable: false })).toEqual([deal.id])
    await mutate(deal.seller, 'answerDispute', { orderId: deal.id, answer: 'Yes.' })
    expect(await found({ ...mine, decidable: true })).toEqual([deal.id])
    const silent = await world.deliver()
    await mutate(silent.buyer, 'openDispute', { orderId: silent.id, reason: 'No.' })
    world.orders.clock.advance('72h')
    expect(await found({ buyerId: silent.buyerViewer.id, decidable: true })).toEqual([silent.id])
    // Later answers count as long as nobody has decided.
    const { userErrors } = await mutate(silent.seller, 'answerDispute', { orderId: silent.id, answer: 'Late.' })
    expect(userErrors).toEqual([])
    const judge = world.orders.as(staff('disputes:resolve'))
    const toSeller = { amountMinor: 0, currency: 'USD' }
    await mutate(judge, 'resolveDispute', { orderId: silent.id, toSeller, reason: 'So.' })
    expect(await found({ buyerId: silent.buyerViewer.id, decidable: true })).toEqual([])
  })

  test('by seller and by instant', async () => {
    const deal = await world.start()
    const at = world.orders.clock.now()
    const seller = { sellerId: deal.sellerViewer.id }
    expect(await found({ ...seller, createdFrom: at.toISOString() })).toEqual([deal.id])
    expect(await found({ ...seller, createdBefore: at.toISOString() })).toEqual([])
    expect(await found({ ...seller, states: [] })).toEqual([])
  })
})

test('both sides see each other’s steps live', async () => {
  const deal = await world.start()
  const document = 'subscription ($id: ID!) { orderUpdated(orderId: $id) { state viewerRole allowedActions } }'
  const streams = await Promise.all([deal.buyer, deal.seller].map((each) => each.subscribe(document, { id: deal.id })))
  await world.orders.context.pubsub.ready()
  await mutate(deal.seller, 'deliverOrder', { orderId: deal.id, message: 'Here.' })
  const heard = await Promise.all(
    streams.map((stream) => nextWhere(stream, ({ data }) => data.orderUpdated.state === 'DELIVERED')),
  )
  expect(heard.map(({ data }) => data.orderUpdated)).toMatchObject([
    { viewerRole: 'BUYER', allowedActions: ['ACCEPT', 'REQUEST_REVISION', 'OPEN_DISPUTE'] },
    { viewerRole: 'SELLER', allowedActions: ['OPEN_DISPUTE'] },
  ])
  for (const stream of streams) await stream.return?.()
})
