import { payCheckout } from '@gigraph/dev/stripe'
import { milestoneReleased, orderCancelled, orderCompleted, orderResolved } from '@gigraph/orders/events'
import { usd } from '@gigraph/shared/money'
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

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length <= 1
    ? [[...items]]
    : items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]))

type Order = ReturnType<PaymentsWorld['order']>
type Step = readonly [name: string, run: (order: Order) => Promise<unknown>]

/** Stripe's word of a payment, held back until it is let go, one event after another. */
const paidButUntold = async (order: Order) => {
  const { checkout } = await world.checkOut(order)
  world.stripe.webhooks.pause()
  await payCheckout(checkout.url, { card: '4242424242424242' })
}
const tell = async () => {
  world.stripe.webhooks.resume()
  await world.settle()
}

const outcomes: Readonly<Record<string, { steps: readonly Step[]; seller: number; buyer: number }>> = {
  completed: {
    steps: [
      ['paid', tell],
      [
        'completed',
        (order) =>
          world.payments.consume(orderCompleted, { ...world.facts(order), onTime: true, firstWithBuyer: false }),
      ],
    ],
    seller: 11_250,
    buyer: 0,
  },
  'cancelled, as orders saw it before the payment and again after it': {
    steps: [
      ['paid', tell],
      [
        'cancelled',
        (order) => world.payments.consume(orderCancelled, { ...world.facts(order), fault: 'NOBODY', refund: usd(0) }),
      ],
      [
        'cancelled again',
        (order) =>
          world.payments.consume(orderCancelled, { ...world.facts(order), fault: 'NOBODY', refund: usd(12_500) }),
      ],
    ],
    seller: 0,
    buyer: 12_500,
  },
  resolved: {
    steps: [
      ['paid', tell],
      [
        'resolved',
        (order) =>
          world.payments.consume(orderResolved, { ...world.facts(order), toSeller: usd(10_000), toBuyer: usd(2_500) }),
      ],
    ],
    seller: 9_000,
    buyer: 2_500,
  },
}

const cases = Object.entries(outcomes).flatMap(([name, { steps, seller, buyer }]) =>
  permutations(steps).map((permuted) => ({
    name: `${name}: ${permuted.map(([step]) => step).join(', ')}`,
    permuted,
    seller,
    buyer,
  })),
)

const returned = async (orderId: string) =>
  (await world.payments.outbox('payment.refunded'))
    .filter((event) => event.orderId === orderId)
    .reduce((sum, event) => sum + event.refunded.amountMinor, 0)

describe('every order of what is told about an order ends the same', () => {
  it.each(cases)('$name', async ({ permuted, seller, buyer }) => {
    const order = world.order()
    await paidButUntold(order)
    for (const [, run] of permuted) await run(order)
    await world.settle()
    expect(await world.balance(`escrow:${order.orderId}`)).toBe(0)
    expect(await world.balance(`seller_pending:${order.sellerId}`)).toBe(seller)
    expect(await returned(order.orderId)).toBe(buyer)
  })
})

describe('milestones', () => {
  const ends = permutations([0, 1, 2])

  it.each(ends.map((order) => ({ order })))('are released and returned each by itself: $order', async ({ order }) => {
    const { makeId } = world.context
    const first = world.order({ total: usd(1_000), milestoneId: makeId() })
    const { orderId, buyerId, sellerId, gigId, buyer } = first
    const rest = [makeId(), makeId()].map((milestoneId) => ({
      ...world.order({ orderId, buyerId, sellerId, gigId, total: usd(1_000), milestoneId }),
      buyer,
    }))
    for (const milestone of [first, ...rest]) await world.pay(milestone)
    const whole = { ...world.facts(first), total: usd(3_000) }
    const release = (milestoneId: string | null) =>
      world.payments.consume(milestoneReleased, {
        ...{ orderId, buyerId, sellerId, amount: usd(1_000) },
        milestoneId: milestoneId ?? '',
      })
    const steps = [
      () => release(first.milestoneId),
      () => release(rest[0]?.milestoneId ?? null),
      () => world.payments.consume(orderCancelled, { ...whole, fault: 'BUYER', refund: usd(1_000) }),
    ]
    for (const index of order) await steps[index]?.()
    await world.settle()
    expect(await world.balance(`escrow:${orderId}`)).toBe(0)
    expect(await world.balance(`seller_pending:${sellerId}`)).toBe(1_800)
    expect(await returned(orderId)).toBe(1_000)
  })
})
