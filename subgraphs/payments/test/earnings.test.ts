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
