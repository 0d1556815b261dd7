import { payCheckout } from '@gigraph/dev/stripe'
import { orderCompleted } from '@gigraph/orders/events'
import { usd } from '@gigraph/shared/money'
import { person, staff } from '@gigraph/shared/testing'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as events from '../src/events.ts'
import { payments } from '../src/tables.ts'
import { type PaymentsWorld, startPaymentsWorld } from './payments-world.ts'
import { standInTool } from './stand-ins.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await startPaymentsWorld()
  // The whole time: every word of Stripe comes ten times and in any order.
  world.stripe.webhooks.duplicate(9)
  world.stripe.webhooks.shuffle(true)
})
afterAll(() => world.close())

type Person = ReturnType<typeof person>
const run = async (viewer: Person, name: string, input: object) => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`
  const document = `mutation ($input: ${type}) { ${name}(input: $input) { userErrors { code message } } }`
  const answer = (await world.payments.as(viewer).query(document, { input }))[name]
  expect(answer.userErrors, name).toEqual([])
}

/** Everything that payments tells others of; what is told once is told of this one order, seller and client. */
const everything = async () => {
  const order = world.order()
  const { seller, sellerId, orderId } = order
  const page = await world.checkOut(order)
  await payCheckout(page.checkout.url, { card: '4000 0000 0000 0002' })
  await world.settle()
  await payCheckout(page.checkout.url, { card: '4242 4242 4242 4242' })
  await world.settle()
  await world.payments.consume(orderCompleted, { ...world.facts(order), onTime: true, firstWithBuyer: true })
  world.clock.advance('15d')
  await world.settle()
  await world.onboard(seller)
  await world.payOut(seller, 2_000)
  await world.settle()
  await world.onboard(seller, '000111111113')
  await world.payOut(seller, 3_000)
  await world.settle()
  await run(seller, 'refundPayment', { paymentId: page.payment.id, amount: usd(1_000), reason: 'Late.' })
  await world.settle()
  const [row] = await world.context.db.select().from(payments).where(eq(payments.id, page.payment.id))
  world.levers.openDispute(row?.intentId ?? '', { amount: 5_000 })
  await world.settle()
  const client = person('CLIENT')
  await run(staff('points:write'), 'adjustPoints', { userId: client.id, delta: 100, reason: 'Welcome' })
  await run(client, 'useTool', { toolId: standInTool(person('TOOL_CREATOR').id).toolId })
  await world.settle()
  return { orderId, sellerId, clientId: client.id }
}

test('every event is told once, as the contract says, however often Stripe repeats itself', async () => {
  const { orderId, sellerId, clientId } = await everything()
  const concerned = [orderId, sellerId, clientId]
  const told: Record<string, number> = {}
  for (const event of Object.values(events)) {
    const payloads: Record<string, unknown>[] = await world.payments.outbox(event.name)
    for (const payload of payloads) expect(event.schema.parse(payload), event.name).toEqual(payload)
    const mine = payloads.filter((payload) => Object.values(payload).some((value) => concerned.includes(String(value))))
    told[event.name] = mine.length
  }
  expect(told).toEqual({
    'payment.failed': 1,
    'payment.succeeded': 1,
    'payment.refunded': 1,
    'payment.disputed': 1,
    'earnings.released': 1,
    'balance.released': 1,
    'payout.requested': 2,
    'payout.paid': 1,
    'payout.failed': 1,
    'points.credited': 1,
    'points.debited': 1,
    'tool.used': 1,
  })
  expect(await world.brokenInvariants()).toEqual([])
})
