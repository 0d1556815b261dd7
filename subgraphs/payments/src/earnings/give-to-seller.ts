import type { Transaction } from '@gigraph/shared/database'
import type { Money } from '@gigraph/shared/money'
import { type Account, sellerReceivable } from '../ledger/account.ts'
import { balanceForUpdate } from '../ledger/ledger-store.ts'
import type { Entry } from '../ledger/post.ts'
import { lockSeller } from './earning-store.ts'

interface Gift {
  readonly sellerId: string
  readonly amount: Money
  /** Where it goes when nothing is owed. */
  readonly to: (sellerId: string) => Account
}

/**
 * Money that comes to a seller, whatever from: what they owe the platform is paid first, so that nobody has money to be paid out and
 * a debt at once.
 *
 * @returns entries that sum to the amount, to be posted in the same transaction, and what is left after the debt
 */
export const giveToSeller = async (
  tx: Transaction,
  { sellerId, amount, to }: Gift,
): Promise<{ readonly entries: readonly Entry[]; readonly leftMinor: number }> => {
  const { amountMinor, currency } = amount
  await lockSeller(tx, sellerId)
  const debtMinor = Math.max(0, -(await balanceForUpdate(tx, sellerReceivable(sellerId), currency)))
  const repaidMinor = Math.min(debtMinor, amountMinor)
  const leftMinor = amountMinor - repaidMinor
  return {
    leftMinor,
    entries: [
      { account: to(sellerId), amount: { amountMinor: leftMinor, currency } },
      { account: sellerReceivable(sellerId), amount: { amountMinor: repaidMinor, currency } },
    ],
  }
}
