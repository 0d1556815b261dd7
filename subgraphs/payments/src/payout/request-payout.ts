import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { type Failure, fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { idempotencyKey, idempotent } from '@gigraph/shared/idempotency'
import { formatMoney, type Money, money, negate } from '@gigraph/shared/money'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { payoutRequested } from '../events.ts'
import { payoutReserve, sellerAvailable } from '../ledger/account.ts'
import { post } from '../ledger/post.ts'
import { refuseOverdraft } from '../ledger/refuse-overdraft.ts'
import { sendPayout } from './jobs.ts'
import { findPayout, insertPayout, lockPayoutAccount } from './payout-store.ts'
import type { PayoutAccountRow, PayoutRow } from './tables.ts'

const input = z.object({ amount: money, idempotencyKey })
const reference = z.object({ payoutId: z.uuid() })

/** Pays a seller's available money out to their bank. */
export const requestPayout = async (ctx: Context, raw: unknown): Promise<Result<PayoutRow>> => {
  const viewer = requireViewer(ctx)
  requireScope(viewer, 'payouts:request')
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { amount, idempotencyKey: key } = parsed.value
  return idempotent<z.output<typeof reference>, PayoutRow>(ctx, {
    ownerId: viewer.id,
    operation: 'requestPayout',
    key,
    input: { amount },
    reference,
    run: ({ finish }) =>
      refuseOverdraft(
        'Less than that is available.',
        () =>
          transaction(ctx.db, async (tx) => {
            const account = await lockPayoutAccount(tx, viewer.id, ctx.clock.now())
            const fault = faultOf(ctx, account, amount)
            if (fault) return fault
            const payout = await reservePayout(ctx, tx, { userId: viewer.id, amount })
            await finish(tx, { payoutId: payout.id })
            return ok(payout)
          }),
        { field: ['input', 'amount'] },
      ),
    replay: async ({ payoutId }) => ok(await findPayout(ctx.db, payoutId)),
  })
}

const faultOf = ({ config }: Context, account: PayoutAccountRow, amount: Money): Failure | null => {
  const least = { amountMinor: config.MINIMUM_PAYOUT_MINOR, currency: amount.currency }
  if (amount.amountMinor < least.amountMinor)
    return fail('VALIDATION', `The smallest payout is ${formatMoney(least)}.`, { field: ['input', 'amount'] })
  if (account.heldAt) return fail('NOT_ALLOWED', 'Payouts are on hold for this account; ask support.')
  if (!account.payoutsEnabled)
    return fail('INVALID_STATE', 'Complete the payout onboarding first.', { allowed: ['startPayoutOnboarding'] })
  return null
}

/**
 * Sets available money aside for a payout and orders its sending.
 *
 * @throws {Overdraft} when less is available
 */
export const reservePayout = async (
  ctx: Context,
  tx: Transaction,
  { userId, amount }: { readonly userId: string; readonly amount: Money },
): Promise<PayoutRow> => {
  const payout = await insertPayout(tx, {
    id: ctx.makeId(),
    userId,
    ...amount,
    state: 'REQUESTED',
    requestedAt: ctx.clock.now(),
  })
  await post(ctx, tx, {
    kind: 'PAYOUT_REQUESTED',
    cause: `payout-requested:${payout.id}`,
    entries: [
      { account: sellerAvailable(userId), amount: negate(amount) },
      { account: payoutReserve(userId), amount },
    ],
    lines: [{ userId, kind: 'PAYOUT', amount: negate(amount), description: 'Payout to your bank' }],
  })
  await ctx.publish(tx, payoutRequested, { payoutId: payout.id, userId, amount })
  await ctx.enqueue(tx, sendPayout, { payoutId: payout.id })
  return payout
}
