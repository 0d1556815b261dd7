import type { Transaction } from '@gigraph/shared/database'
import { type Money, negate } from '@gigraph/shared/money'
import type { Context } from '../context.ts'
import { earningsReleased } from '../events.ts'
import { escrow } from '../ledger/account.ts'
import { creditEarning } from './credit-earning.ts'

interface Release {
  readonly orderId: string
  readonly sellerId: string
  readonly gigId: string | null
  readonly title: string
  /** What leaves escrow, the platform's fee included. */
  readonly gross: Money
}

/** Moves money from escrow to its seller. */
export const releaseToSeller = async (ctx: Context, tx: Transaction, release: Release): Promise<void> => {
  const { orderId, sellerId, gigId, title, gross } = release
  const earning = await creditEarning(ctx, tx, {
    ...{ sellerId, source: 'ORDER', orderId, gigId, title, gross },
    from: [{ account: escrow(orderId), amount: negate(gross) }],
  })
  const money = (amountMinor: number): Money => ({ amountMinor, currency: gross.currency })
  await ctx.publish(tx, earningsReleased, {
    ...{ orderId, sellerId, availableAt: earning.availableAt.toISOString() },
    net: money(earning.grossMinor - earning.feeMinor),
    fee: money(earning.feeMinor),
  })
}
