import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { rows } from '@gigraph/shared/database'
import { type SQL, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'

export interface Invariant {
  readonly name: string
  readonly description: string
  /** How many rows break it. */
  readonly violations: number
}

export interface LedgerCheck {
  readonly checkedAt: Date
  readonly invariants: readonly Invariant[]
}

interface Rule {
  readonly name: string
  readonly description: string
  /** Selects one row per violation. */
  readonly violations: SQL
}

const rules: readonly Rule[] = [
  {
    name: 'TRANSACTIONS_BALANCE',
    description: 'The entries of each transaction sum to zero in each currency.',
    violations: sql`select 1 from ledger_entries group by transaction_id, currency having sum(amount_minor) <> 0`,
  },
  {
    name: 'BALANCES_MATCH',
    description: 'Each cached balance is the sum of its entries.',
    violations: sql`
      select 1 from ledger_accounts a
      full join (select account, currency, sum(amount_minor) as total from ledger_entries group by account, currency) e
        on e.account = a.code and e.currency = a.currency
      where coalesce(a.balance_minor, 0) <> coalesce(e.total, 0)`,
  },
  {
    name: 'NO_OVERDRAFT',
    description: 'No account that must not go below zero is below zero.',
    violations: sql`select 1 from ledger_accounts where not unbounded and balance_minor < 0`,
  },
  {
    name: 'ESCROW_MATCHES_PAYMENTS',
    description: 'What an order has in escrow is what was paid, less what was released and returned.',
    violations: sql`
      select 1 from order_accounts o
      join (select order_id, sum(amount_minor) as paid from payments where state = 'SUCCEEDED' group by order_id) p
        on p.order_id = o.order_id
      left join ledger_accounts a on a.code = 'escrow:' || o.order_id and a.currency = o.currency
      where coalesce(a.balance_minor, 0) < 0 or coalesce(a.balance_minor, 0) > p.paid - o.released_minor - o.returned_minor`,
  },
  {
    name: 'PENDING_MATCHES_EARNINGS',
    description: "A seller's pending balance is the sum of the earnings that wait for clearance.",
    violations: sql`
      select 1 from (
        select owner_id, currency, balance_minor from ledger_accounts where kind = 'seller_pending'
      ) a
      full join (
        select seller_id, currency, sum(pending_minor) as pending from earnings where cleared_at is null
        group by seller_id, currency
      ) e on e.seller_id = a.owner_id and e.currency = a.currency
      where coalesce(a.balance_minor, 0) <> coalesce(e.pending, 0)`,
  },
  {
    name: 'DEBTS_COME_FIRST',
    description: 'Who owes the platform has nothing pending or available, and the account of debts owes nobody.',
    violations: sql`
      select 1 from ledger_accounts debt where debt.kind = 'seller_receivable' and (
        debt.balance_minor > 0 or debt.balance_minor < 0 and exists (
          select from ledger_accounts held
          where held.owner_id = debt.owner_id and held.currency = debt.currency and held.balance_minor > 0
            and held.kind in ('seller_pending', 'seller_available')))`,
  },
  {
    name: 'RESERVE_MATCHES_PAYOUTS',
    description: "What is set aside for a seller's payouts is the sum of the payouts that are under way.",
    violations: sql`
      select 1 from (
        select owner_id, currency, balance_minor from ledger_accounts where kind = 'payout_reserve'
      ) a
      full join (
        select user_id, currency, sum(amount_minor) as reserved from payouts
        where state in ('REQUESTED', 'HELD', 'SENT') group by user_id, currency
      ) p on p.user_id = a.owner_id and p.currency = a.currency
      where coalesce(a.balance_minor, 0) <> coalesce(p.reserved, 0)`,
  },
  {
    name: 'REFUNDS_OWED',
    description: 'What is owed to buyers is the sum of the refunds that wait for Stripe or for staff.',
    violations: sql`
      select 1 from (select currency, balance_minor from ledger_accounts where kind = 'refunds_payable') a
      full join (
        select currency, sum(amount_minor) as owed from refunds where state in ('PENDING', 'FAILED') group by currency
      ) r on r.currency = a.currency
      where coalesce(a.balance_minor, 0) <> coalesce(r.owed, 0)`,
  },
]

const pointsAreCovered = (centsPerPoint: number): Rule => ({
  name: 'POINTS_ARE_COVERED',
  description: 'The worth of all points that people hold is set aside.',
  violations: sql`
    select 1 from (
      select coalesce(sum(balance_minor) filter (where kind = 'points' and currency = 'PTS'), 0) as held,
        coalesce(sum(balance_minor) filter (where kind = 'points_liability'), 0) as covered
      from ledger_accounts
    ) p where covered <> held * ${centsPerPoint}::bigint`,
})

/** Tests every invariant of the money now. For staff and for the nightly job. */
export const checkLedger = async (ctx: Context): Promise<LedgerCheck> => {
  const invariants: Invariant[] = []
  for (const { name, description, violations } of [...rules, pointsAreCovered(ctx.config.POINT_VALUE_CENTS)]) {
    const [found] = await rows<{ count: string }>(ctx.db, sql`select count(*) as count from (${violations}) as broken`)
    invariants.push({ name, description, violations: Number(found?.count ?? 0) })
  }
  return { checkedAt: ctx.clock.now(), invariants }
}

/** @throws {ApplicationError} FORBIDDEN without `payments:read` */
export const ledgerCheckForStaff = (ctx: Context): Promise<LedgerCheck> => {
  requireScope(requireViewer(ctx), 'payments:read')
  return checkLedger(ctx)
}
