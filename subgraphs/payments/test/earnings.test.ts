import { orderCompleted } from '@gigraph/orders/events'
import { usd } from '@gigraph/shared/money'
import { person, staff } from '@gigraph/shared/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type PaymentsWorld, startPaymentsWorld } from './payments-world.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await startPaymentsWorld()
})
afterAll(() => world.close())
afterEach(async () => {
  expect(await world.brokenInvariants()).toEqual([])
})

type Order = ReturnType<PaymentsWorld['order']>
const complete = (order: Order) =>
  world.payments.consume(orderCompleted, { ...world.facts(order), onTime: true, firstWithBuyer: false })
const Refund = 'mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) { userErrors { code } } }'
const refund = async (paymentId: string, amountMinor?: number) => {
  const input = { paymentId, reason: 'Goodwill', amount: amountMinor === undefined ? undefined : usd(amountMinor) }
  const { refundPayment } = await world.payments.as(staff('refunds:write')).query(Refund, { input })
  expect(refundPayment.userErrors).toEqual([])
  await world.settle()
}

describe('Order.payout', () => {
  const Payout =
    'query ($ref: _Any!) { _entities(representations: [$ref]) { ... on Order { payout { status gross { amountMinor } fee { amountMinor } net { amountMinor } takenBack { amountMinor } pending { amountMinor } availableAt } } } }'
  const payout = async ({ orderId }: Order, viewer: Order['seller'] | null) =>
    (await world.payments.as(viewer).query(Payout, { ref: { __typename: 'Order', id: orderId } }))._entities[0].payout

  it('follows the seller’s share from escrow over clearance to a refund', async () => {
    const order = world.order()
    const paymentId = await world.pay(order)
    expect(await payout(order, order.seller)).toBeNull()
    await complete(order)
    expect(await payout(order, order.seller)).toMatchObject({
      status: 'PENDING',
      gross: { amountMinor: 12_500 },
      fee: { amountMinor: 1_250 },
      net: { amountMinor: 11_250 },
      takenBack: { amountMinor: 0 },
      pending: { amountMinor: 11_250 },
      availableAt: new Date(world.clock.now().getTime() + 14 * 86_400_000).toISOString(),
    })
    world.clock.advance('15d')
    await world.settle()
    expect(await payout(order, order.seller)).toMatchObject({ status: 'AVAILABLE', availableAt: null })
    await refund(paymentId, 2_500)
    expect(await payout(order, world.support)).toMatchObject({
      status: 'AVAILABLE',
      net: { amountMinor: 11_250 },
      takenBack: { amountMinor: 2_250 },
    })
    await refund(paymentId)
    expect(await payout(order, order.seller)).toMatchObject({
      status: 'TAKEN_BACK',
      takenBack: { amountMinor: 11_250 },
    })
  })

  it('is not for the buyer, strangers, other staff and nobody', async () => {
    const order = world.order()
    await world.pay(order)
    await complete(order)
    for (const viewer of [order.buyer, person('FREELANCER'), staff('refunds:write'), null])
      expect(await payout(order, viewer)).toBeNull()
  })
})

describe('Gig.revenue', () => {
  const Revenue =
    'query ($refs: [_Any!]!, $currency: Currency! = "USD") { _entities(representations: $refs) { ... on Gig { revenue(currency: $currency) { gross { amountMinor } fees { amountMinor } net { amountMinor } orders } } } }'
  const revenue = async (gigIds: readonly (string | null)[], viewer: Order['seller'] | null, more: object = {}) =>
    (
      await world.payments.as(viewer).query(Revenue, { refs: gigIds.map((id) => ({ __typename: 'Gig', id })), ...more })
    )._entities.map((gig: { revenue: unknown }) => gig.revenue)

  it('adds up completed orders, for the seller and staff, for all gigs of a page at once', async () => {
    const seller = person('FREELANCER')
    const earn = async (gigId: string, amountMinor: number) => {
      const order = { ...world.order({ gigId, sellerId: seller.id, total: usd(amountMinor) }), seller }
      await world.pay(order)
      await complete(order)
    }
    const [sold, other, unsold] = [world.context.makeId(), world.context.makeId(), world.context.makeId()]
    await earn(sold, 10_000)
    await earn(sold, 2_000)
    await earn(other, 5_000)
    const expected = { gross: { amountMinor: 12_000 }, fees: { amountMinor: 1_200 }, net: { amountMinor: 10_800 } }
    for (const viewer of [seller, world.support])
      expect(await revenue([sold, other, unsold], viewer)).toEqual([
        { ...expected, orders: 2 },
        expect.objectContaining({ orders: 1 }),
        null,
      ])
    for (const viewer of [person('FREELANCER'), person('CLIENT'), null])
      expect(await revenue([sold, unsold], viewer)).toEqual([null, null])
    expect(await revenue([sold], seller, { currency: 'EUR' })).toEqual([null])
    expect(await revenue(['no id'], seller)).toEqual([null])
  })
})

describe('what goes back in parts', () => {
  it('adds up to the cent: the seller is left with nothing and no debt', async () => {
    const order = world.order({ total: usd(999) })
    const paymentId = await world.pay(order)
    await complete(order)
    expect(await world.balance(`seller_pending:${order.sellerId}`)).toBe(899)
    const fees = await world.balance('platform_fee')
    for (const part of [333, 333, 333]) await refund(paymentId, part)
    expect(await world.balance(`seller_pending:${order.sellerId}`)).toBe(0)
    expect(await world.balance(`seller_receivable:${order.sellerId}`)).toBe(0)
    expect(await world.balance('platform_fee')).toBe(fees - 100)
  })
})

describe('Viewer.statement', () => {
  const Statement =
    'query ($ref: _Any!, $input: StatementInput!) { _entities(representations: [$ref]) { ... on Viewer { statement(input: $input) { opening { amountMinor } closing { amountMinor } totals { kind count amount { amountMinor } fees { amountMinor } } download { url } } } } }'
  const statement = async (viewer: Order['seller'], input: object) => {
    const ref = { __typename: 'Viewer', id: viewer.id }
    return await world.payments.as(viewer).run(Statement, { ref, input })
  }
  const fileOf = async (url: string) => {
    const { pathname, search } = new URL(url)
    return await fetch(new URL(pathname + search, world.payments.service.url))
  }

  it('adds up for the seller from opening to closing, and for the buyer; with a file for bookkeepers', async () => {
    const first = world.order({ title: '=HYPERLINK("https://evil.test"), “Łódź”' })
    const { seller, sellerId, buyer, buyerId } = first
    const paymentId = await world.pay(first)
    await complete(first)
    world.clock.advance('15d')
    await world.settle()
    const from = world.clock.now().toISOString()
    const second = { ...world.order({ sellerId, buyerId }), seller, buyer }
    await world.pay(second)
    await complete(second)
    await refund(paymentId, 2_500)
    await world.onboard(seller)
    await world.payOut(seller, 5_000)
    await world.settle()
    world.clock.advance('1s')
    const input = { from, to: world.clock.now().toISOString() }
    const { data } = await statement(seller, input)
    expect(data._entities[0].statement).toMatchObject({
      opening: { amountMinor: 11_250 },
      closing: { amountMinor: 11_250 + 11_250 - 2_250 - 5_000 },
      totals: [
        { kind: 'EARNING', count: 1, amount: { amountMinor: 11_250 }, fees: { amountMinor: 1_250 } },
        { kind: 'EARNING_REVERSED', count: 1, amount: { amountMinor: -2_250 } },
        { kind: 'PAYOUT', count: 1, amount: { amountMinor: -5_000 } },
      ],
    })
    const file = await fileOf(data._entities[0].statement.download.url)
    expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    const [head, ...rows] = (await file.text()).trimEnd().split('\r\n')
    expect(head).toContain('"Gross","Fee","Amount","Currency"')
    expect(rows).toHaveLength(3)
    expect(rows[0]).toContain('EARNING,"A logo",125.00,12.50,112.50,USD')
    // Nothing that a buyer or seller wrote becomes a formula in somebody's spreadsheet.
    expect(rows[1]).toContain(`EARNING_REVERSED,"'=HYPERLINK(""https://evil.test""), “Łódź”",-22.50,0.00,-22.50,USD`)

    const Invoice = 'query ($id: ID!) { invoice(paymentId: $id) { number } }'
    const { invoice } = await world.payments.as(buyer).query(Invoice, { id: paymentId })
    const bought = (await statement(buyer, { ...input, from: '2026-01-01T00:00:00.000Z' })).data._entities[0].statement
    expect(bought.totals).toMatchObject([
      { kind: 'PAYMENT', count: 2, amount: { amountMinor: -25_000 } },
      { kind: 'REFUND', count: 1, amount: { amountMinor: 2_500 } },
    ])
    expect(await (await fileOf(bought.download.url)).text()).toContain(`,${paymentId},${invoice.number},`)
  })

  it('is the viewer’s own, of a year at most; its link opens nothing else, for ten minutes', async () => {
    const { seller, buyer } = world.order()
    const input = { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' }
    const { url } = (await statement(seller, input)).data._entities[0].statement.download
    expect((await fileOf(url)).status).toBe(200)
    expect((await fileOf(url.replace(seller.id, buyer.id))).status).toBe(403)
    expect((await fileOf(url.replace('2026-01-01', '2025-12-01'))).status).toBe(403)
    expect((await fileOf(url.replace('/statements/', '/invoices/'))).status).toBe(403)
    world.clock.advance('11m')
    expect((await fileOf(url)).status).toBe(403)
    for (const bad of [
      { ...input, to: input.from },
      { ...input, from: '2024-01-01T00:00:00.000Z' },
    ])
      expect((await statement(seller, bad)).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  })
})
