import type { Viewer } from '@gigraph/shared/auth'
import { connectionFields, person, staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { paymentsService } from '../src/index.ts'
import {
  disputes,
  earnings,
  ledgerEntries,
  ledgerTransactions,
  payments,
  payoutAccounts,
  payouts,
  refundRequests,
  refunds,
  statementLines,
  toolUsages,
} from '../src/tables.ts'
import { type PaymentsWorld, startPaymentsWorld } from './payments-world.ts'

const MANY = 55
const owner = person('CLIENT', 'FREELANCER', 'TOOL_CREATOR')
const bank = staff('payouts:write')
const reader = staff('payments:read')
const [orderIds, toolIds, gigIds, paymentIds] = [0, 1, 2, 3].map(() => Array.from({ length: MANY }, makeId)) as [
  string[],
  string[],
  string[],
  string[],
]
let world: PaymentsWorld

/** Somebody with 55 of everything. */
beforeAll(async () => {
  world = await startPaymentsWorld()
  const { db, clock } = world.context
  const at = (index: number) => new Date(clock.now().getTime() - index * 1_000)
  const many = <T>(make: (index: number) => T) => Array.from({ length: MANY }, (_, index) => make(index))
  const id = (ids: readonly string[], index: number) => ids[index] ?? ''
  const amount = { amountMinor: 1_000, currency: 'USD' }
  await db.insert(payments).values(
    many((index) => ({
      ...{ id: id(paymentIds, index), purpose: 'ORDER' as const, subjectId: id(orderIds, index), title: 'A logo' },
      ...{ orderId: id(orderIds, index), buyerId: owner.id, sellerId: owner.id, gigId: id(gigIds, index), ...amount },
      ...{ state: 'SUCCEEDED' as const, checkoutExpiresAt: at(index), createdAt: at(index), paidAt: at(index) },
    })),
  )
  await db.insert(refunds).values(
    many((index) => ({
      ...{ id: makeId(), paymentId: id(paymentIds, index), orderId: id(orderIds, index), amountMinor: 10 },
      ...{ currency: 'USD', reason: 'A part.', state: 'SUCCEEDED' as const, createdAt: at(index) },
    })),
  )
  await db.insert(disputes).values(
    many((index) => ({
      ...{ id: `du_${index}`, paymentId: id(paymentIds, index), amountMinor: 10, currency: 'USD', feeMinor: 0 },
      ...{ reason: 'fraudulent', state: 'WON' as const, sources: {}, openedAt: at(index) },
    })),
  )
  await db.insert(refundRequests).values(
    many((index) => ({
      ...{ id: makeId(), orderId: id(orderIds, index), buyerId: owner.id, sellerId: owner.id, reason: 'Late.' },
      ...{ state: 'OPEN' as const, createdAt: at(index) },
    })),
  )
  await db.insert(statementLines).values(
    (['USD', 'PTS'] as const).flatMap((currency) =>
      many((index) => ({
        ...{ id: makeId(), userId: owner.id, kind: 'PAYMENT' as const, amountMinor: 10, currency, description: 'x' },
        ...{ orderId: id(orderIds, index), paymentId: id(paymentIds, index), occurredAt: at(index) },
      })),
    ),
  )
  await db.insert(payoutAccounts).values({ userId: owner.id, createdAt: at(0) })
  await db
    .insert(payouts)
    .values(
      many((index) => ({ id: makeId(), userId: owner.id, ...amount, state: 'PAID' as const, requestedAt: at(index) })),
    )
  const earned = many((index) => ({
    ...{ id: makeId(), sellerId: owner.id, source: 'ORDER' as const, orderId: id(orderIds, index), currency: 'USD' },
    ...{ gigId: id(gigIds, index), grossMinor: 1_000, feeMinor: 100, pendingMinor: 0 },
    ...{ earnedAt: at(index), availableAt: at(index), clearedAt: at(0) },
  }))
  await db.insert(earnings).values(earned)
  await db.insert(toolUsages).values(
    many((index) => ({
      ...{ id: makeId(), toolId: id(toolIds, index), title: 'A tool', endpoint: 'https://tool.example', units: 1 },
      ...{ userId: owner.id, creatorId: owner.id, pointsPerUnit: 1, pointsCharged: 1 },
      ...{ earningId: earned[index]?.id ?? '', grantExpiresAt: at(0), usedAt: at(index) },
    })),
  )
  await world.inTransaction(async (tx) => {
    for (const orderId of orderIds) {
      const transactionId = makeId()
      await tx
        .insert(ledgerTransactions)
        .values({ id: transactionId, kind: 'EARNING', cause: transactionId, orderId, occurredAt: at(0) })
      const entry = { transactionId, currency: 'USD' }
      await tx.insert(ledgerEntries).values([
        { ...entry, id: makeId(), account: `escrow:${orderId}`, amountMinor: -1_000 },
        { ...entry, id: makeId(), account: 'platform_fee', amountMinor: 100 },
        { ...entry, id: makeId(), account: `seller_available:${owner.id}`, amountMinor: 900 },
      ])
    }
  })
})
afterAll(() => world.close())

const line =
  'id kind amount { amountMinor } payment { id invoice { number } refunds { id } chargebacks { id } } order { id payments { id } payout { status } }'
const usage = 'id pointsCharged tool { id usageStats { uses users points } }'
const ofViewer = (fields: string) =>
  `query ($n: Int!, $of: [_Any!]!) { _entities(representations: $of) { ... on Viewer { ${fields} } } }`

const lists: readonly (readonly [string, string, Viewer])[] = [
  ['Viewer.transactions', ofViewer(`transactions(first: $n) { nodes { ${line} } }`), owner],
  ['Viewer.payouts', ofViewer('payouts(first: $n) { nodes { id status user { id } } }'), owner],
  ['Viewer.usageHistory', ofViewer(`usageHistory(first: $n) { nodes { ${usage} } }`), owner],
  ['PointsWallet.history', ofViewer(`points { history(first: $n) { nodes { ${line} } } }`), owner],
  ['Query.transactions', `query ($n: Int!) { transactions(first: $n) { nodes { ${line} user { id } } } }`, reader],
  ['Query.refunds', 'query ($n: Int!) { refunds(first: $n) { nodes { id payment { id } } } }', reader],
  [
    'Query.chargebacks',
    'query ($n: Int!) { chargebacks(first: $n) { nodes { id payment { id chargebacks { id } } } } }',
    reader,
  ],
  ['Query.payouts', 'query ($n: Int!) { payouts(first: $n) { nodes { id user { id } } } }', bank],
]

/** The first list of an answer, however deep. */
const nodesOf = (value: unknown): unknown[] => {
  if (Array.isArray(value)) return nodesOf(value[0])
  if (typeof value !== 'object' || value === null) return []
  const { nodes } = value as { nodes?: unknown[] }
  return nodes ?? nodesOf(Object.values(value).find((each) => typeof each === 'object' && each !== null))
}

test.each(lists)('statements of %s are the same for 5 and for 50 results', async (_, document, viewer) => {
  const ask = async (n: number) => {
    let found: unknown
    const of = [{ __typename: 'Viewer', id: owner.id }]
    const counted = await world.payments.countStatements(async () => {
      found = await world.payments.as(viewer).query(document, document.includes('$of') ? { n, of } : { n })
    })
    expect(nodesOf(found)).toHaveLength(n)
    return counted
  }
  // Invoices that nobody had asked for are made on the first look.
  await ask(50)
  const few = await ask(5)
  expect(few).toBeGreaterThan(0)
  expect(await ask(50)).toBe(few)
})

test('every list of the schema is among them', () => {
  expect(connectionFields(paymentsService).filter((name) => !lists.some(([covered]) => covered === name))).toEqual([])
})

test.each([
  ['Payment', 'title refunds { id } invoice { number }', paymentIds],
  [
    'Order',
    'payment { id } payments { id refunds { id } } refunds { id } refundRequests { id } payout { status net { amountMinor } }',
    orderIds,
  ],
  ['Tool', 'usageStats { uses points }', toolIds],
  ['Gig', 'revenue { orders net { amountMinor } }', gigIds],
])('statements of references to %s are the same for 5 and for 50', async (type, fields, ids) => {
  const document = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${fields} } } }`
  const ask = (n: number) =>
    world.payments.countStatements(async () => {
      const of = ids.slice(0, n).map((id) => ({ __typename: type, id }))
      const { _entities } = await world.payments.as(owner).query(document, { of })
      expect(_entities).toHaveLength(n)
      for (const entity of _entities) for (const value of Object.values(entity)) expect(value).not.toBeNull()
    })
  await ask(50)
  const few = await ask(5)
  expect(few).toBeGreaterThan(0)
  expect(await ask(50)).toBe(few)
})

test('statements of revenueStats do not grow with what it adds up', async () => {
  const document = `query ($input: RevenueStatsInput!) { revenueStats(input: $input) { gig { id revenue { orders } } gross { amountMinor } } }`
  const now = world.clock.now().getTime()
  const ask = async (groupBy: 'GIG' | null) => {
    let found: { revenueStats: unknown[] } = { revenueStats: [] }
    const input = { from: new Date(now - 86_400_000), to: new Date(now + 86_400_000), interval: 'MONTH', groupBy }
    const counted = await world.payments.countStatements(async () => {
      found = await world.payments.as(owner).query(document, { input })
    })
    return { counted, rows: found.revenueStats.length }
  }
  const together = await ask(null)
  const apart = await ask('GIG')
  expect(apart.rows).toBe(MANY)
  expect(apart.counted).toBe(together.counted + 1)
})
