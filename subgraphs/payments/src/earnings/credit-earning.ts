import type { Transaction } from '@gigraph/shared/database'
import { type Money, share } from '@gigraph/shared/money'
import { after, type Duration } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { platformFee, sellerPending } from '../ledger/account.ts'
import { type Entry, post } from '../ledger/post.ts'
import type { Line } from '../statement/statement-store.ts'
import { insertEarning, levelOf } from './earning-store.ts'
import { giveToSeller } from './give-to-seller.ts'
import { clearEarnings } from './jobs.ts'
import type { Earning } from './tables.ts'

interface Credit {
  readonly sellerId: string
  readonly source: Earning['source']
  readonly orderId?: string
  readonly gigId?: string | null
  readonly toolId?: string
  readonly title: string
  /** What the buyer gave, the platform's fee included. */
  readonly gross: Money
  /** Where it comes from: entries that sum to minus the gross. */
  readonly from: readonly Entry[]
  /** What the movement means to others than the seller. */
  readonly lines?: readonly Line[]
}

/** When a seller's earnings of now become available. */
const availableFrom = async (ctx: Context, tx: Transaction, sellerId: string): Promise<Date> => {
  const { CLEARANCE_DAYS, CLEARANCE_DAYS_TOP } = ctx.config
  const days = (await levelOf(tx, sellerId)) === 'TOP' ? CLEARANCE_DAYS_TOP : CLEARANCE_DAYS
  return after(ctx.clock.now(), `${days}d` as Duration)
}

/**
 * Credits a seller, who gets it after clearance; the platform keeps its fee, old debts are paid first.
 *
 * @throws {Overdraft} when the source holds too little
 */
export const creditEarning = async (ctx: Context, tx: Transaction, credit: Credit): Promise<Earning> => {
  const { sellerId, gross, title, from, lines = [], ...about } = credit
  const { currency } = gross
  const fee = share(gross, ctx.config.PLATFORM_FEE_BASIS_POINTS)
  const netMinor = gross.amountMinor - fee.amountMinor
  const net = { amountMinor: netMinor, currency }
  const given = await giveToSeller(tx, { sellerId, amount: net, to: sellerPending })
  const availableAt = await availableFrom(ctx, tx, sellerId)
  const earning = await insertEarning(tx, {
    ...{ id: ctx.makeId(), ...about, sellerId, currency },
    ...{ grossMinor: gross.amountMinor, feeMinor: fee.amountMinor, pendingMinor: given.leftMinor },
    ...{ earnedAt: ctx.clock.now(), availableAt },
  })
  await post(ctx, tx, {
    kind: 'EARNING',
    cause: `earning:${earning.id}`,
    orderId: about.orderId ?? null,
    entries: [...from, { account: platformFee, amount: fee }, ...given.entries],
    lines: [
      { userId: sellerId, kind: 'EARNING', amount: net, feeMinor: fee.amountMinor, description: title },
      ...lines,
    ],
  })
  await ctx.enqueue(tx, clearEarnings, { earningId: earning.id }, { at: availableAt })
  return earning
}
