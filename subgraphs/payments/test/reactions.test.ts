import { userDeleted, userReinstated, userSuspended } from '@gigraph/identity/events'
import { milestoneReleased, orderCancelled, orderCompleted, orderExpired, orderResolved } from '@gigraph/orders/events'
import { freelancerLevelChanged } from '@gigraph/profiles/events'
import { rows } from '@gigraph/shared/database'
import type { EventDefinition } from '@gigraph/shared/events'
import { usd } from '@gigraph/shared/money'
import { person } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { getTableName, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { handlers } from '../src/handlers/index.ts'
import * as tables from '../src/tables.ts'
import { type PaymentsWorld, startPaymentsWorld } from './payments-world.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await startPaymentsWorld()
})
afterAll(() => world.close())

/** Every table that an event can change, whole, apart from who told it and what was ordered then. */
const facts = [
  ...[tables.ledgerAccounts, tables.ledgerEntries, tables.ledgerTransactions, tables.statementLines, tables.earnings],
  ...[tables.payments, tables.refunds, tables.refundRequests, tables.payouts, tables.payoutAccounts],
  ...[tables.milestoneReleases, tables.sellerLevels],
].map((table) => getTableName(table))
const everything = async () => {
  const all: Record<string, unknown> = {}
  for (const name of facts)
    all[name] = await rows(
      world.context.db,
      sql`select to_jsonb(t) - 'held_at' as row from ${sql.identifier(name)} as t order by t::text`,
    )
  return all
}
const tellings = async () =>
  (
    await rows<{ name: string; count: number }>(
      world.context.db,
      sql`select name, count(*)::int as count from outbox where kind = 'event' group by name order by name`,
    )
  ).map(({ name, count }) => `${name} ${count}`)

type Order = ReturnType<PaymentsWorld['order']>
const told = <Payload>(event: EventDefinition<Payload>, payload: NoInfer<Payload>) => ({
  name: event.name,
  tell: (options: { id: string; occurredAt: Date }) => world.payments.consume(event, payload, options),
})
const paid = async (more: Parameters<PaymentsWorld['order']>[0] = {}): Promise<Order> => {
  const order = world.order(more)
  await world.pay(order)
  return order
}

/** One of everything that may be told of orders and people; each of an order or seller of its own. */
const history = async () => {
  const [completed, cancelled, expired, resolved] = [await paid(), await paid(), await paid(), await paid()]
  const staged = await paid({ milestoneId: makeId(), total: usd(1_000) })
  const seller = person('FREELANCER')
  await world.onboard(seller)
  const leaver = await paid()
  await world.payments
    .as(leaver.buyer)
    .query('mutation ($input: RequestRefundInput!) { requestRefund(input: $input) { userErrors { code } } }', {
      input: { orderId: leaver.orderId, reason: 'My own words.' },
    })
  return [
    told(orderCompleted, { ...world.facts(completed), onTime: true, firstWithBuyer: true }),
    told(orderCancelled, { ...world.facts(cancelled), fault: 'SELLER', refund: usd(12_500) }),
    told(orderExpired, world.facts(expired)),
    told(orderResolved, { ...world.facts(resolved), toSeller: usd(5_000), toBuyer: usd(7_500) }),
    told(milestoneReleased, {
      ...{ orderId: staged.orderId, buyerId: staged.buyerId, sellerId: staged.sellerId, amount: usd(1_000) },
      milestoneId: staged.milestoneId ?? '',
    }),
    told(freelancerLevelChanged, { userId: seller.id, from: 'RISING', to: 'TOP' }),
    told(userSuspended, { userId: seller.id, reason: 'Fraud', until: null }),
    told(userReinstated, { userId: seller.id }),
    told(userDeleted, { userId: leaver.buyerId }),
  ]
}

test('every reaction happens once, told five times at once, again, and again under another id', async () => {
  const all = await history()
  const names = new Set(all.map(({ name }) => name))
  expect(handlers.map(({ event }) => event.name).filter((name) => !names.has(name))).toEqual([])
  for (const { name, tell } of all) {
    world.clock.advance('1s')
    const event = { id: makeId(), occurredAt: world.clock.now() }
    const before = await everything()
    await Promise.all(Array.from({ length: 5 }, () => tell(event)))
    await world.settle()
    const [after, news] = [await everything(), await tellings()]
    expect(after, `${name} changes something`).not.toEqual(before)
    world.clock.advance('1s')
    await tell(event)
    await tell({ id: makeId(), occurredAt: event.occurredAt })
    await world.settle()
    expect(await everything(), name).toEqual(after)
    expect(await tellings(), name).toEqual(news)
  }
  expect(await world.brokenInvariants()).toEqual([])
})
