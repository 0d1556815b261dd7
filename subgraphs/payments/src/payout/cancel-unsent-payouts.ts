import type { Transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'
import { listUnsentForUpdate } from './payout-store.ts'
import { returnPayout } from './record-payout.ts'

const REASON = 'The money was needed for a refund or a chargeback.'

/**
 * Makes a seller's money available again that was set aside for payouts but not sent, the newest first, until there is as much as is
 * needed or no such payout is left. The seller is locked by the caller.
 */
export const cancelUnsentPayouts = async (
  ctx: Context,
  tx: Transaction,
  { sellerId, currency, neededMinor }: { sellerId: string; currency: string; neededMinor: number },
): Promise<void> => {
  let left = neededMinor
  for (const payout of await listUnsentForUpdate(tx, sellerId, currency)) {
    if (left <= 0) return
    await returnPayout(ctx, tx, payout, REASON)
    left -= payout.amountMinor
  }
}
