import { person } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seedOrders } from '../src/seed.ts'
import { plainTerms, sell } from './marketplace/src/index.ts'
import { entity, mutate, type Orders, refusal, see, startOrders } from './start.ts'

let world: Orders
beforeAll(async () => {
  world = await startOrders()
})
afterAll(() => world.close())

const question = { id: 'q1', question: 'Which colours?', kind: 'TEXT' as const, choices: [], required: true }
const size = { id: 'q2', question: 'How big?', kind: 'CHOICE' as const, choices: ['S', 'L'], required: false }

describe('placing', () => {
  test('freezes price, seller and terms of marketplace, tells it and waits 30 minutes for the payment', async () => {
    const deal = await world.place({ title: 'A poster' })
    expect(await see(deal.buyer, deal.id)).toMatchObject({
      state: 'PENDING_PAYMENT',
      title: 'A poster',
      total: { amountMinor: 10_000, currency: 'USD' },
      buyer: { id: deal.buyerViewer.id },
      seller: { id: deal.sellerViewer.id },
      gig: { id: deal.terms.gigId },
      viewerRole: 'BUYER',
      allowedActions: ['PAY', 'CANCEL'],
      payBefore: new Date(world.orders.clock.now().getTime() + 30 * 60_000).toISOString(),
      timeline: [
        { event: 'PLACE', actor: 'BUYER', from: null, to: 'PENDING_PAYMENT', user: { id: deal.buyerViewer.id } },
      ],
    })
    expect(await world.told('order.placed', deal.id)).toMatchObject([
      { gigId: deal.terms.gigId, total: { amountMinor: 10_000 }, proposalId: null, offerId: null },
    ])
    sell({ ...deal.terms, price: { amountMinor: 1, currency: 'USD' } })
    expect(await see(deal.seller, deal.id)).toMatchObject({ total: { amountMinor: 10_000 }, viewerRole: 'SELLER' })
  })

  test('the quantity multiplies the price', async () => {
    const gigId = sell(plainTerms())
    const buyer = world.orders.as(person('CLIENT'))
    const { order } = await mutate(buyer, 'placeOrder', { source: { gig: { gigId, tier: 'BASIC', quantity: 3 } } })
    expect(order.total.amountMinor).toBe(30_000)
  })

  test('at the price that the buyer was shown, or not at all', async () => {
    const terms = plainTerms()
    const source = { gig: { gigId: sell(terms), tier: 'BASIC' } }
    const buyer = world.orders.as(person('CLIENT'))
    const place = (amountMinor: number, currency = 'USD') =>
      mutate(buyer, 'placeOrder', { source, expectedTotal: { amountMinor, currency } })
    sell({ ...terms, price: { amountMinor: 50_000, currency: 'USD' } })
    for (const answer of [await place(10_000), await place(50_000, 'EUR')])
      expect(answer).toMatchObject({
        order: null,
        userErrors: [
          { code: 'CONFLICT', message: expect.stringContaining('$500.00'), field: ['input', 'expectedTotal'] },
        ],
      })
    expect((await place(50_000)).order.total.amountMinor).toBe(50_000)
  })

  test('refuses what is not for sale, several sources, none, and oneself', async () => {
    const freelancer = person('CLIENT', 'FREELANCER')
    const client = world.orders.as(freelancer)
    const place = async (source: object) => (await mutate(client, 'placeOrder', { source })).userErrors
    expect(await place({ offerId: makeId() })).toEqual([
      { code: 'NOT_AVAILABLE', message: 'This is not for sale.', field: ['input', 'source'], allowed: null },
    ])
    expect(await place({ offerId: makeId(), proposalId: makeId() })).toMatchObject([{ code: 'VALIDATION' }])
    expect(await place({})).toMatchObject([{ code: 'VALIDATION', field: ['input', 'source'] }])
    expect(await place({ offerId: 'no id' })).toMatchObject([
      { code: 'VALIDATION', field: ['input', 'source', 'offerId'] },
    ])
    const own = sell(plainTerms({ sellerId: freelancer.id }))
    expect(await place({ gig: { gigId: own, tier: 'BASIC' } })).toMatchObject([{ code: 'NOT_ALLOWED' }])
    expect(await place({ gig: { gigId: own, tier: 'BASIC', quantity: 21 } })).toMatchObject([
      { code: 'VALIDATION', field: ['input', 'source', 'gig', 'quantity'] },
    ])
  })

  test('is for clients who are logged in', async () => {
    const input = { source: { offerId: makeId() } }
    expect(await refusal(world.orders.anonymous, 'placeOrder', input)).toBe('UNAUTHENTICATED')
    expect(await refusal(world.orders.as(person('FREELANCER')), 'placeOrder', input)).toBe('FORBIDDEN')
    expect(await refusal(world.orders.as({ ...person('CLIENT'), scopes: [] }), 'placeOrder', input)).toBe('FORBIDDEN')
  })

  test('twenty presses with one key make one order; another input is a conflict', async () => {
    const gigId = sell(plainTerms())
    const buyer = world.orders.as(person('CLIENT'))
    const input = (quantity: number) => ({
      source: { gig: { gigId, tier: 'BASIC', quantity } },
      idempotencyKey: 'key-1',
    })
    const answers = await Promise.all(Array.from({ length: 20 }, () => mutate(buyer, 'placeOrder', input(1))))
    const first = await mutate(buyer, 'placeOrder', input(1))
    const ids = new Set([...answers, first].flatMap(({ order }) => (order ? [order.id] : [])))
    expect(ids.size).toBe(1)
    for (const { order, userErrors } of answers)
      if (!order) expect(userErrors).toMatchObject([{ code: 'IDEMPOTENCY_IN_PROGRESS' }])
    expect((await mutate(buyer, 'placeOrder', input(2))).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }])
    expect(await world.told('order.placed', first.order.id)).toHaveLength(1)
  })

  test('twenty orders of a buyer may wait for their payment, however many they place at once', async () => {
    const viewer = person('CLIENT')
    const buyer = world.orders.as(viewer)
    const unpaid = { state: 'PENDING_PAYMENT' as const, buyerId: viewer.id, placedAt: world.orders.clock.now() }
    await seedOrders(
      world.orders.context,
      Array.from({ length: 18 }, () => ({ ...unpaid, terms: plainTerms() })),
    )
    const source = { gig: { gigId: sell(plainTerms()), tier: 'BASIC' } }
    const answers = await Promise.all([1, 2, 3, 4].map(() => mutate(buyer, 'placeOrder', { source })))
    expect(answers.map(({ userErrors }) => userErrors[0]?.code ?? 'fine').toSorted()).toEqual([
      ...['LIMIT_EXCEEDED', 'LIMIT_EXCEEDED', 'fine', 'fine'],
    ])
    const placed = answers.find(({ order }) => order)?.order
    await mutate(buyer, 'cancelOrder', { orderId: placed.id })
    expect((await mutate(buyer, 'placeOrder', { source })).order).not.toBeNull()
  })

  test('a proposal is ordered once, and again after the first order was cancelled', async () => {
    const proposalId = sell(plainTerms({ gigId: null }))
    const buyer = world.orders.as(person('CLIENT'))
    const { order } = await mutate(buyer, 'placeOrder', { source: { proposalId } })
    const second = await mutate(buyer, 'placeOrder', { source: { proposalId } })
    expect(second).toMatchObject({ order: null, userErrors: [{ code: 'ALREADY_EXISTS' }] })
    await mutate(buyer, 'cancelOrder', { orderId: order.id })
    expect((await mutate(buyer, 'placeOrder', { source: { proposalId } })).order).not.toBeNull()
  })

  test('a proposal whose work was begun and cancelled binds its author no more', async () => {
    const { id, buyer, seller } = await world.start({ gigId: null })
    await mutate(buyer, 'requestCancellation', { orderId: id, reason: 'Not now.' })
    await mutate(seller, 'answerCancellation', { orderId: id, accept: true })
    const { order } = await buyer.query('query ($id: ID!) { order(id: $id) { proposalId } }', { id })
    const again = await mutate(buyer, 'placeOrder', { source: { proposalId: order.proposalId } })
    expect(again).toMatchObject({
      order: null,
      userErrors: [{ code: 'ALREADY_EXISTS', message: expect.stringContaining('new offer') }],
    })
  })
})

describe('from the payment to the end', () => {
  test('without questions the payment starts the work; accepting completes it and tells what counts', async () => {
    const deal = await world.place()
    await world.pay(deal)
    const due = new Date(world.orders.clock.now().getTime() + 3 * 86_400_000).toISOString()
    expect(await see(deal.seller, deal.id)).toMatchObject({
      state: 'IN_PROGRESS',
      dueAt: due,
      allowedActions: ['DELIVER', 'REQUEST_CANCELLATION', 'REQUEST_EXTENSION', 'OPEN_DISPUTE'],
    })
    expect(await world.told('order.started', deal.id)).toMatchObject([{ dueAt: due }])

    const delivered = await mutate(deal.seller, 'deliverOrder', {
      orderId: deal.id,
      message: 'https://files.test/logo',
    })
    expect(delivered.order).toMatchObject({
      state: 'DELIVERED',
      deliveries: [{ message: 'https://files.test/logo' }],
      deadline: { event: 'ACCEPT' },
    })
    expect(await world.told('order.delivered', deal.id)).toMatchObject([{ onTime: true }])

    const accepted = await mutate(deal.buyer, 'acceptDelivery', { orderId: deal.id })
    expect(accepted).toMatchObject({
      order: { state: 'COMPLETED', allowedActions: [], deadline: null },
      userErrors: [],
    })
    expect(await world.told('order.completed', deal.id)).toMatchObject([
      { total: { amountMinor: 10_000 }, onTime: true, firstWithBuyer: true },
    ])
    const { timeline } = accepted.order
    expect(timeline.map(({ event }: { event: string }) => event)).toEqual(['PLACE', 'PAY', 'DELIVER', 'ACCEPT'])
    const seller = await entity(world.orders.anonymous, 'User', deal.sellerViewer.id, 'completedOrders')
    expect(seller).toEqual({ completedOrders: 1 })
  })

  test('the second completed order of the same two is not their first', async () => {
    const { id, buyer, seller, sellerViewer, buyerViewer, terms } = await world.deliver()
    await mutate(buyer, 'acceptDelivery', { orderId: id })
    const gigId = sell({ ...terms, gigId: makeId() })
    const { order } = await mutate(buyer, 'placeOrder', { source: { gig: { gigId, tier: 'BASIC' } } })
    const again = { id: order.id, buyer, seller, sellerViewer, buyerViewer, terms }
    await world.pay(again)
    await mutate(seller, 'deliverOrder', { orderId: order.id, message: 'Again.' })
    await mutate(buyer, 'acceptDelivery', { orderId: order.id })
    expect(await world.told('order.completed', order.id)).toMatchObject([{ firstWithBuyer: false }])
  })

  test('a buyer accepts once, however often they press', async () => {
    const deal = await world.deliver()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => mutate(deal.buyer, 'acceptDelivery', { orderId: deal.id })),
    )
    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1)
    expect(await world.told('order.completed', deal.id)).toHaveLength(1)
    const again = await mutate(deal.buyer, 'acceptDelivery', { orderId: deal.id })
    expect(again).toMatchObject({ order: null, userErrors: [{ code: 'INVALID_STATE', allowed: [] }] })
  })

  test('with a key the second press gets the first answer', async () => {
    const deal = await world.deliver()
    const input = { orderId: deal.id, idempotencyKey: makeId() }
    expect((await mutate(deal.buyer, 'acceptDelivery', input)).order.state).toBe('COMPLETED')
    expect(await mutate(deal.buyer, 'acceptDelivery', input)).toMatchObject({
      order: { state: 'COMPLETED' },
      userErrors: [],
    })
    expect(await world.told('order.completed', deal.id)).toHaveLength(1)
  })

  test('questions are answered before work begins; what is missing or foreign is said', async () => {
    const deal = await world.start({ requirements: [question, size] })
    expect(await see(deal.buyer, deal.id)).toMatchObject({ state: 'AWAITING_REQUIREMENTS', dueAt: null })
    const submit = (answers: object[]) => mutate(deal.buyer, 'submitRequirements', { orderId: deal.id, answers })
    expect((await submit([])).userErrors).toMatchObject([
      { code: 'VALIDATION', message: 'Please answer: Which colours?', field: ['input', 'answers'] },
    ])
    expect(
      (
        await submit([
          { requirementId: 'q1', answer: 'red' },
          { requirementId: 'q2', answer: 'XL' },
        ])
      ).userErrors,
    ).toMatchObject([{ message: 'How big?: choose one of S, L.' }])
    expect(
      (
        await submit([
          { requirementId: 'q1', answer: 'red' },
          { requirementId: 'q9', answer: 'x' },
        ])
      ).userErrors,
    ).toMatchObject([{ field: ['input', 'answers', '1', 'requirementId'] }])
    const { order } = await submit([{ requirementId: 'q1', answer: ' red ' }])
    expect(order).toMatchObject({
      state: 'IN_PROGRESS',
      requirements: [
        { id: 'q1', answer: 'red' },
        { id: 'q2', answer: null },
      ],
    })
    expect((await submit([])).userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
    expect(await world.told('order.started', deal.id)).toHaveLength(1)
  })

  test('the seller may begin without answers', async () => {
    const deal = await world.start({ requirements: [question] })
    expect(await refusal(deal.buyer, 'skipRequirements', { orderId: deal.id })).toBe('FORBIDDEN')
    expect((await mutate(deal.seller, 'skipRequirements', { orderId: deal.id })).order.state).toBe('IN_PROGRESS')
  })

  test('as many revisions as were bought, each with new time', async () => {
    const deal = await world.deliver({ revisions: 1, deliveryDays: 4 })
    world.orders.clock.advance('2d')
    const ask = () => mutate(deal.buyer, 'requestRevision', { orderId: deal.id, message: 'Bluer, please.' })
    const { order } = await ask()
    expect(order).toMatchObject({ state: 'REVISION', revisionsLeft: 0 })
    expect(new Date(order.dueAt).getTime()).toBe(world.orders.clock.now().getTime() + 2 * 86_400_000)
    expect(order.timeline.at(-1)).toMatchObject({ event: 'REQUEST_REVISION', note: 'Bluer, please.' })
    expect(await world.told('order.revision_requested', deal.id)).toHaveLength(1)
    await mutate(deal.seller, 'deliverOrder', { orderId: deal.id, message: 'Bluer.' })
    expect((await ask()).userErrors).toMatchObject([
      { code: 'INVALID_STATE', allowed: ['ACCEPT', 'OPEN_DISPUTE'], message: expect.stringContaining('1 revisions') },
    ])
  })
})
