import { transaction } from '@gigraph/shared/database'
import { usd } from '@gigraph/shared/money'
import { person, staff } from '@gigraph/shared/testing'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { points, pointsIssued, sellerAvailable, stripeClearing } from '../src/ledger/account.ts'
import { Overdraft, post } from '../src/ledger/post.ts'
import { ledgerEntries, ledgerTransactions } from '../src/tables.ts'
import { type PaymentsWorld, startPaymentsWorld } from './payments-world.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await startPaymentsWorld()
})
afterAll(() => world.close())
afterEach(async () => {
  expect(await world.brokenInvariants()).toEqual([])
})

const move = (from: ReturnType<typeof points>, to: ReturnType<typeof points>, amountMinor: number, cause?: string) =>
  world.inTransaction((tx) =>
    post(world.context, tx, {
      kind: 'TEST',
      cause: cause ?? world.context.makeId(),
      entries: [
        { account: from, amount: usd(-amountMinor) },
        { account: to, amount: usd(amountMinor) },
      ],
    }),
  )

describe('the ledger', () => {
  it('lets 100 spends at once take what is there and no more', async () => {
    const wallet = points(world.context.makeId())
    await move(pointsIssued, wallet, 1_000)
    const spends = await Promise.allSettled(Array.from({ length: 100 }, () => move(wallet, pointsIssued, 30)))
    expect(spends.filter(({ status }) => status === 'fulfilled')).toHaveLength(33)
    const refused = spends.flatMap((spend) => (spend.status === 'rejected' ? [spend.reason] : []))
    expect(refused.every((reason) => reason instanceof Overdraft)).toBe(true)
    expect(await world.balance(wallet.code)).toBe(10)
  })

  it('posts a cause once, however many try at once', async () => {
    const wallet = points(world.context.makeId())
    const cause = world.context.makeId()
    const posted = await Promise.all(Array.from({ length: 20 }, () => move(pointsIssued, wallet, 7, cause)))
    expect(posted.filter(Boolean)).toHaveLength(1)
    expect(await world.balance(wallet.code)).toBe(7)
  })

  it('stays balanced under any sequence of movements, refused ones included', async () => {
    const accounts = Array.from({ length: 4 }, () => sellerAvailable(world.context.makeId()))
    const step = fc.record({
      from: fc.nat({ max: 4 }),
      to: fc.nat({ max: 4 }),
      amount: fc.integer({ min: 1, max: 2 ** 40 }),
    })
    const model = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        for (const { from, to, amount } of steps) {
          const [source, target] = [accounts[from] ?? stripeClearing, accounts[to] ?? stripeClearing]
          const held = model.get(source.code) ?? 0
          const refused = source !== target && !source.unbounded && held < amount
          const outcome = await move(source, target, amount).catch((error: unknown) => error)
          expect(outcome instanceof Overdraft).toBe(refused)
          if (refused || source === target) continue
          model.set(source.code, held - amount)
          model.set(target.code, (model.get(target.code) ?? 0) + amount)
        }
        for (const account of accounts) expect(await world.balance(account.code)).toBe(model.get(account.code) ?? 0)
      }),
      { numRuns: 25 },
    )
  })

  it('keeps minor units exactly, up to the largest that JSON carries', async () => {
    const account = sellerAvailable(world.context.makeId())
    await move(stripeClearing, account, 2 ** 52 - 1)
    expect(await world.balance(account.code)).toBe(2 ** 52 - 1)
    await move(account, stripeClearing, 2 ** 52 - 1)
  })

  it('refuses, in the database, a transaction that does not sum to zero and one without entries', async () => {
    const header = (id: string) => ({ id, kind: 'TEST', cause: id, occurredAt: world.clock.now() })
    const { makeId, db } = world.context
    const unbalanced = transaction(db, async (tx) => {
      const id = makeId()
      await tx.insert(ledgerTransactions).values(header(id))
      const entry = { transactionId: id, account: 'stripe_clearing', currency: 'USD' }
      await tx.insert(ledgerEntries).values([
        { ...entry, id: makeId(), amountMinor: 5 },
        { ...entry, id: makeId(), amountMinor: -4 },
      ])
    })
    await expect(unbalanced).rejects.toThrow('is off by 1 USD')
    const empty = transaction(db, (tx) => tx.insert(ledgerTransactions).values(header(makeId())))
    await expect(empty).rejects.toThrow('has no entries')
  })

  it.each([
    'update ledger_entries set amount_minor = amount_minor + 1',
    'delete from ledger_entries',
    "update ledger_transactions set kind = 'OTHER'",
    'delete from ledger_transactions',
    'truncate ledger_entries',
    'alter table ledger_entries disable trigger all',
  ])("refuses the service's own role: %s", async (statement) => {
    await expect(world.context.db.execute(sql.raw(statement))).rejects.toMatchObject({ cause: { code: '42501' } })
  })
})

describe('ledgerCheck', () => {
  const Check = '{ ledgerCheck { ok checkedAt invariants { name description violations } } }'

  it('tells staff which invariants hold', async () => {
    const { ledgerCheck } = await world.payments.as(staff('payments:read')).query(Check)
    expect(ledgerCheck.ok).toBe(true)
    expect(ledgerCheck.invariants.length).toBeGreaterThanOrEqual(6)
  })

  it('finds a balance that has drifted', async () => {
    await world.context.db.execute(
      sql`update ledger_accounts set balance_minor = balance_minor + 1 where code = 'stripe_clearing'`,
    )
    const { ledgerCheck } = await world.payments.as(staff('payments:read')).query(Check)
    expect(ledgerCheck.ok).toBe(false)
    await world.context.db.execute(
      sql`update ledger_accounts set balance_minor = balance_minor - 1 where code = 'stripe_clearing'`,
    )
  })

  it.each([
    ['nobody', null, 'UNAUTHENTICATED'],
    ['a client', person('CLIENT'), 'FORBIDDEN'],
    ['a seller', person('FREELANCER'), 'FORBIDDEN'],
  ])('refuses %s', async (_, viewer, code) => {
    expect((await world.payments.as(viewer).run(Check)).errors).toMatchObject([{ extensions: { code } }])
  })
})
