import type { Transaction } from '@gigraph/shared/database'
import type { Money } from '@gigraph/shared/money'
import type { Context } from '../context.ts'
import { sellerAvailable, sellerPending, sellerReceivable } from '../ledger/account.ts'
import { balanceForUpdate } from '../ledger/ledger-store.ts'
import type { Entry } from '../ledger/post.ts'
import { cancelUnsentPayouts } from '../payout/cancel-unsent-payouts.ts'
import { listPendingForUpdate, lockSeller, saveEarning } from './earning-store.ts'
import type { Earning } from './tables.ts'

interface Taking {
  readonly sellerId: string
  readonly currency: string
  readonly amountMinor: number
  /** Which pending earnings are of the very thing that is taken back. */
  readonly isOwn: (earning: Earning) => boolean
}

/** Whether an entry makes a seller owe the platform. */
export const isDebt = ({ account, amount }: Entry): boolean =>
  account.kind === 'seller_receivable' && amount.amountMinor < 0

/**
 * Takes money back from a seller: from what the thing itself earned while that is pending, from what is available, from other
 * pending earnings, from payouts that were not sent yet; what is left is a debt that later earnings pay.
 *
 * @returns negative entries that sum to the amount, to be posted in the same transaction
 */
export const takeFromSeller = async (ctx: Context, tx: Transaction, taking: Taking): Promise<Entry[]> => {
  const { sellerId, currency, amountMinor, isOwn } = taking
  await lockSeller(tx, sellerId)
  let left = amountMinor
  const lots = (await listPendingForUpdate(tx, sellerId)).filter((lot) => lot.currency === currency)
  const takePending = async (own: boolean) => {
    let taken = 0
    for (const lot of lots.filter((each) => isOwn(each) === own)) {
      const part = Math.min(left, lot.pendingMinor)
      if (part > 0) await saveEarning(tx, lot.id, { pendingMinor: lot.pendingMinor - part })
      left -= part
      taken += part
    }
    return taken
  }
  const ownPending = await takePending(true)
  let available = 0
  const takeAvailable = async () => {
    const part = Math.min(left, (await balanceForUpdate(tx, sellerAvailable(sellerId), currency)) - available)
    available += part
    left -= part
  }
  await takeAvailable()
  const otherPending = await takePending(false)
  if (left > 0) {
    await cancelUnsentPayouts(ctx, tx, { sellerId, currency, neededMinor: left })
    await takeAvailable()
  }
  const negative = (minor: number): Money => ({ amountMinor: -minor, currency })
  return [
    { account: sellerPending(sellerId), amount: negative(ownPending + otherPending) },
    { account: sellerAvailable(sellerId), amount: negative(available) },
    { account: sellerReceivable(sellerId), amount: negative(left) },
  ]
}
