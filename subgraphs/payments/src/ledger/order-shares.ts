import { type Database, rows, type Transaction } from '@gigraph/shared/database'
import type { Batch } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'

/** What an order has brought, after everything that went back. */
export interface OrderShares {
  /** The platform's, in minor units. */
  readonly feeMinor: number
  /** The seller's, in minor units: pending, cleared, or used to pay a debt. */
  readonly sellerMinor: number
}

/** The same for resolvers. */
export const sharesByOrder: Batch<Context, string, OrderShares> = ({ db }, orderIds) =>
  sharesOfOrders(db, orderIds.filter(isId))

/** Reads from the ledger who has what of orders' money that has left escrow. */
export const sharesOfOrders = async (
  db: Database | Transaction,
  orderIds: readonly string[],
): Promise<Map<string, OrderShares>> => {
  if (orderIds.length === 0) return new Map()
  const ids = sql.join(
    orderIds.map((id) => sql`${id}::uuid`),
    sql`, `,
  )
  const found = await rows<{ order_id: string; fee: string; seller: string }>(
    db,
    sql`
      select t.order_id,
        coalesce(sum(e.amount_minor) filter (where e.account = 'platform_fee'), 0) as fee,
        coalesce(sum(e.amount_minor) filter (where starts_with(e.account, 'seller_')), 0) as seller
      from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
      where t.order_id in (${ids}) group by t.order_id`,
  )
  return new Map(
    found.map(({ order_id, fee, seller }) => [order_id, { feeMinor: Number(fee), sellerMinor: Number(seller) }]),
  )
}
