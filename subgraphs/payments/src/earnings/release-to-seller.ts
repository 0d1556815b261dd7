import type { Transaction } from '@gigraph/shared/database'
import { type Money, share } from '@gigraph/shared/money'
import { after, type Duration } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { earningsReleased } from '../events.ts'
import { escrow, platformFee, sellerPending, sellerReceivable } from '../ledger/account.ts'
import { balanceForUpdate } from '../ledger/ledger-store.ts'
import { post } from '../ledger/post.ts'
import { insertEarning, levelOf, lockSeller } from './earning-store.ts'
import { clearEarnings } from './jobs.ts'

interface Release {
  readonly orderId: string
  readonly sellerId: string
  readonly gigId: string | null
  readonly title: string
  /** What leaves escrow, the platform's fee included. */
  readonly gross: Money
}

/** When a seller's earnings of now become available. */
export const availableFrom = async (ctx: Context, tx: Transaction, sellerId: string): Promise<Date> => {
  const { CLEARANCE_DAYS, CLEARANCE_DAYS_TOP } = ctx.config
  const days = (await levelOf(tx, sellerId)) === 'TOP' ? CLEARANCE_DAYS_TOP : CLEARANCE_DAYS
  return after(ctx.clock.now(), `${days}d` as Duration)
}

/** Moves money from escrow to its seller, who gets it after clearance; the platform keeps its fee, old debts are paid first. */
export const releaseToSeller = async (ctx: Context, tx: Transaction, release: Release): Promise<void> => {
  const { orderId, sellerId, gross, title } = release
  const { currency } = gross
  const fee = share(gross, ctx.config.PLATFORM_FEE_BASIS_POINTS)
  const netMinor = gross.amountMinor - fee.amountMinor
  await lockSeller(tx, sellerId)
  const debtMinor = Math.max(0, -(await balanceForUpdate(tx, sellerReceivable(sellerId), currency)))
  const repaidMinor = Math.min(debtMinor, netMinor)
  const availableAt = await availableFrom(ctx, tx, sellerId)
  const earning = await insertEarning(tx, {
    id: ctx.makeId(),
    sellerId,
    source: 'ORDER',
    orderId,
    gigId: release.gigId,
    currency,
    grossMinor: gross.amountMinor,
    feeMinor: fee.amountMinor,
    pendingMinor: netMinor - repaidMinor,
    earnedAt: ctx.clock.now(),
    availableAt,
  })
  const net = { amountMinor: netMinor, currency }
  await post(ctx, tx, {
    kind: 'EARNING',
    cause: `earning:${earning.id}`,
    orderId,
    entries: [
      { account: escrow(orderId), amount: { amountMinor: -gross.amountMinor, currency } },
      { account: platformFee, amount: fee },
      { account: sellerPending(sellerId), amount: { amountMinor: netMinor - repaidMinor, currency } },
      { account: sellerReceivable(sellerId), amount: { amountMinor: repaidMinor, currency } },
    ],
    lines: [{ userId: sellerId, kind: 'EARNING', amount: net, feeMinor: fee.amountMinor, description: title }],
  })
  await ctx.publish(tx, earningsReleased, { orderId, sellerId, net, fee, availableAt: availableAt.toISOString() })
  await ctx.enqueue(tx, clearEarnings, { earningId: earning.id }, { at: availableAt })
}
