import { noteAct } from '@gigraph/shared/audit'
import { requireViewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { negate } from '@gigraph/shared/money'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { findEarning } from '../earnings/earning-store.ts'
import { isDebt, takeFromSeller } from '../earnings/take-from-seller.ts'
import { pointsCredited } from '../events.ts'
import { platformFee, pointsIssued, pointsLiability, points as pointsOf, sellerReceivable } from '../ledger/account.ts'
import { Overdraft, post } from '../ledger/post.ts'
import { refuseOverdraft } from '../ledger/refuse-overdraft.ts'
import { authorize } from '../policy.ts'
import { worthOf } from './charge-usage.ts'
import type { ToolUsageRow } from './tables.ts'
import { findUsageForUpdate, saveUsage } from './tool-usage-store.ts'

const input = z.object({
  usageId: z.uuid(),
  reason: z.string().trim().min(1, { error: 'Say why.' }).max(500, { error: 'At most 500 characters.' }),
})

/** Gives the points of a use back, once: by the tool's creator or staff. The creator's earning goes with them. */
export const refundToolUsage = async (ctx: Context, raw: unknown): Promise<Result<ToolUsageRow>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { usageId, reason } = parsed.value
  return refuseOverdraft('You have less than the use has brought you; ask support to refund it.', () =>
    transaction(ctx.db, async (tx) => {
      const usage = await findUsageForUpdate(tx, usageId)
      authorize(viewer, 'toolUsage:refund', usage)
      if (usage.refundedAt) return fail('INVALID_STATE', 'This use was refunded already.', { allowed: [] })
      await giveBack(ctx, tx, usage)
      if (viewer.id !== usage.creatorId)
        await noteAct(ctx, tx, {
          ...{ action: 'TOOL_USAGE_REFUNDED', subjectId: usage.userId, object: { kind: 'TOOL_USAGE', id: usageId } },
          ...{ reason, before: { refunded: false }, after: { refunded: true, points: usage.pointsCharged } },
        })
      return ok(await saveUsage(tx, usageId, { refundedAt: ctx.clock.now(), refundReason: reason }))
    }),
  )
}

const giveBack = async (ctx: Context, tx: Transaction, usage: ToolUsageRow): Promise<void> => {
  const { id, userId, creatorId, pointsCharged, earningId, title } = usage
  const { spent, worth } = worthOf(ctx, pointsCharged)
  // What was kept then, not what would be kept now.
  const { feeMinor } = await findEarning(tx, earningId)
  const fee = { ...worth, amountMinor: feeMinor }
  const net = { ...worth, amountMinor: worth.amountMinor - fee.amountMinor }
  const taken = await takeFromSeller(ctx, tx, { sellerId: creatorId, ...net, isOwn: (lot) => lot.id === earningId })
  // Only staff let a creator owe the platform: points that come back again and again would be paid out again and again.
  if (requireViewer(ctx).id === creatorId && taken.some(isDebt)) throw new Overdraft(sellerReceivable(creatorId))
  await post(ctx, tx, {
    kind: 'TOOL_USAGE_REFUNDED',
    cause: `tool-usage-refunded:${id}`,
    entries: [
      ...taken,
      { account: platformFee, amount: negate(fee) },
      { account: pointsLiability, amount: worth },
      { account: pointsIssued, amount: negate(spent) },
      { account: pointsOf(userId), amount: spent },
    ],
    lines: [
      { userId, kind: 'POINTS_REFUNDED', amount: spent, description: title },
      { userId: creatorId, kind: 'EARNING_REVERSED', amount: negate(net), description: title },
    ],
  })
  await ctx.publish(tx, pointsCredited, { userId, points: pointsCharged, reason: 'TOOL_USAGE_REFUNDED' })
}
