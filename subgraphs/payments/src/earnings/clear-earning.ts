import { transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'
import { balanceReleased } from '../events.ts'
import { oneByOne } from '../jobs/one-by-one.ts'
import { sellerAvailable, sellerPending } from '../ledger/account.ts'
import { post } from '../ledger/post.ts'
import { findOptionalEarningForUpdate, listDueEarningIds, saveEarning } from './earning-store.ts'

const BATCH = 500

/** Makes an earning available once its clearance is over; too early or a second time nothing happens. */
export const clearEarning = (ctx: Context, earningId: string): Promise<void> =>
  transaction(ctx.db, async (tx) => {
    const earning = await findOptionalEarningForUpdate(tx, earningId)
    const now = ctx.clock.now()
    if (!earning || earning.clearedAt || earning.availableAt > now) return
    await saveEarning(tx, earningId, { clearedAt: now, pendingMinor: 0 })
    if (earning.pendingMinor === 0) return
    const { sellerId, currency, pendingMinor } = earning
    await post(ctx, tx, {
      kind: 'CLEARANCE',
      cause: `clearance:${earningId}`,
      orderId: earning.orderId,
      entries: [
        { account: sellerPending(sellerId), amount: { amountMinor: -pendingMinor, currency } },
        { account: sellerAvailable(sellerId), amount: { amountMinor: pendingMinor, currency } },
      ],
    })
    await ctx.publish(tx, balanceReleased, { sellerId, amount: { amountMinor: pendingMinor, currency } })
  })

export const clearAllDue = async (ctx: Context): Promise<void> =>
  oneByOne(ctx, await listDueEarningIds(ctx.db, ctx.clock.now(), BATCH), {
    work: (id) => clearEarning(ctx, id),
    failed: (earningId) => ({ earningId }),
  })
