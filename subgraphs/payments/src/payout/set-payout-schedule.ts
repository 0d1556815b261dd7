import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { oneByOne } from '../jobs/one-by-one.ts'
import { sellerAvailable } from '../ledger/account.ts'
import { balanceForUpdate } from '../ledger/ledger-store.ts'
import { listDueUserIds, lockPayoutAccount, savePayoutAccount } from './payout-store.ts'
import { reservePayout } from './request-payout.ts'
import { nextPayout } from './schedule.ts'
import type { PayoutAccountRow } from './tables.ts'

const input = z.object({ schedule: z.enum(['MANUAL', 'WEEKLY', 'MONTHLY']) })

/** Says when a seller's available money is paid out by itself. */
export const setPayoutSchedule = async (ctx: Context, raw: unknown): Promise<Result<PayoutAccountRow>> => {
  const viewer = requireViewer(ctx)
  requireScope(viewer, 'payouts:request')
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { schedule } = parsed.value
  return transaction(ctx.db, async (tx) => {
    const account = await lockPayoutAccount(tx, viewer.id, ctx.clock.now())
    const nextPayoutAt = nextPayout(schedule, ctx.clock.now())
    const saved = await savePayoutAccount(tx, { userId: viewer.id }, { schedule, nextPayoutAt })
    return ok(saved ?? account)
  })
}

const BATCH = 500
const CURRENCY = 'USD'

/** Requests what is due: everything that is available, unless it is too little or Stripe does not pay out. */
export const payOutDue = async (ctx: Context): Promise<void> =>
  oneByOne(ctx, await listDueUserIds(ctx.db, ctx.clock.now(), BATCH), {
    work: (userId) => payOutAll(ctx, userId),
    failed: (userId) => ({ userId }),
  })

const payOutAll = (ctx: Context, userId: string): Promise<void> =>
  transaction(ctx.db, async (tx) => {
    const now = ctx.clock.now()
    const account = await lockPayoutAccount(tx, userId, now)
    if (account.heldAt || !account.nextPayoutAt || account.nextPayoutAt > now) return
    await savePayoutAccount(tx, { userId }, { nextPayoutAt: nextPayout(account.schedule, now) })
    const amountMinor = await balanceForUpdate(tx, sellerAvailable(userId), CURRENCY)
    if (!account.payoutsEnabled || amountMinor < ctx.config.MINIMUM_PAYOUT_MINOR) return
    await reservePayout(ctx, tx, { userId, amount: { amountMinor, currency: CURRENCY } })
  })
