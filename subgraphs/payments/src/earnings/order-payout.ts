import { load } from '@gigraph/shared/graphql'
import type { Context } from '../context.ts'
import { sharesByOrder } from '../ledger/order-shares.ts'
import { maySeeEarnings } from '../policy.ts'
import { earningsByOrder } from './earning-store.ts'
import type { Earning } from './tables.ts'

/** A seller's share of an order, amounts in minor units. */
export interface OrderPayout {
  readonly currency: string
  readonly grossMinor: number
  readonly feeMinor: number
  readonly takenBackMinor: number
  readonly pendingMinor: number
  readonly availableAt: Date | null
}

/** What the order's seller gets of it, for those who may know; null when nothing has left escrow for them. */
export const orderPayout = async (ctx: Context, orderId: string): Promise<OrderPayout | null> => {
  const earned = (await load(ctx, earningsByOrder, orderId)) ?? []
  const [first] = earned
  if (!first || !maySeeEarnings(ctx.viewer, first.sellerId)) return null
  const total = (of: (earning: Earning) => number) => earned.reduce((sum, earning) => sum + of(earning), 0)
  const grossMinor = total((earning) => earning.grossMinor)
  const feeMinor = total((earning) => earning.feeMinor)
  const pending = earned.filter(({ pendingMinor, clearedAt }) => pendingMinor > 0 && !clearedAt)
  const left = (await load(ctx, sharesByOrder, orderId))?.sellerMinor ?? 0
  return {
    currency: first.currency,
    grossMinor,
    feeMinor,
    takenBackMinor: grossMinor - feeMinor - left,
    pendingMinor: pending.reduce((sum, { pendingMinor }) => sum + pendingMinor, 0),
    availableAt: pending.map(({ availableAt }) => availableAt).toSorted((a, b) => b.getTime() - a.getTime())[0] ?? null,
  }
}

/** What of the share is where, in one word. */
export const orderPayoutStatus = ({ grossMinor, feeMinor, takenBackMinor, pendingMinor }: OrderPayout) => {
  if (pendingMinor > 0) return 'PENDING'
  return takenBackMinor >= grossMinor - feeMinor ? 'TAKEN_BACK' : 'AVAILABLE'
}
