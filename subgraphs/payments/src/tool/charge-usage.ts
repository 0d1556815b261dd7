import type { Transaction } from '@gigraph/shared/database'
import { type Money, negate } from '@gigraph/shared/money'
import type { Context } from '../context.ts'
import { creditEarning } from '../earnings/credit-earning.ts'
import { pointsDebited, toolUsed } from '../events.ts'
import { POINTS, pointsIssued, pointsLiability, points as pointsOf } from '../ledger/account.ts'
import type { ToolUsageRow } from './tables.ts'
import { insertUsage } from './tool-usage-store.ts'

type Use = Omit<ToolUsageRow, 'pointsCharged' | 'earningId' | 'usedAt' | 'refundedAt' | 'refundReason'>

/** Points and what they are worth. */
export const worthOf = (ctx: Context, points: number): { readonly spent: Money; readonly worth: Money } => ({
  spent: { amountMinor: points, currency: POINTS },
  worth: { amountMinor: points * ctx.config.POINT_VALUE_CENTS, currency: 'USD' },
})

/**
 * Charges a client's points for a use and credits the tool's creator with their worth, less the platform's fee.
 *
 * @throws {Overdraft} when the client has fewer points
 */
export const chargeUsage = async (ctx: Context, tx: Transaction, use: Use): Promise<ToolUsageRow> => {
  const pointsCharged = use.pointsPerUnit * use.units
  const { spent, worth } = worthOf(ctx, pointsCharged)
  const { userId, creatorId, toolId, title } = use
  const earning = await creditEarning(ctx, tx, {
    ...{ sellerId: creatorId, source: 'TOOL', toolId, title, gross: worth },
    from: [
      { account: pointsOf(userId), amount: negate(spent) },
      { account: pointsIssued, amount: spent },
      { account: pointsLiability, amount: negate(worth) },
    ],
    lines: [{ userId, kind: 'POINTS_SPENT', amount: negate(spent), description: title }],
  })
  const usage = await insertUsage(tx, { ...use, pointsCharged, earningId: earning.id, usedAt: ctx.clock.now() })
  await ctx.publish(tx, pointsDebited, { userId, points: pointsCharged, reason: 'TOOL_USED' })
  await ctx.publish(tx, toolUsed, { usageId: usage.id, toolId, userId, creatorId, points: pointsCharged })
  return usage
}
