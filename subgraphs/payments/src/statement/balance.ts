import { load } from '@gigraph/shared/graphql'
import type { Money } from '@gigraph/shared/money'
import type { Context } from '../context.ts'
import { pendingOfSellers } from '../earnings/earning-store.ts'
import type { AccountKind } from '../ledger/account.ts'
import { balancesOfUsers } from '../ledger/ledger-store.ts'

export interface Balance {
  readonly pending: Money
  readonly available: Money
  readonly reserved: Money
  readonly owed: Money
  readonly nextReleases: readonly { readonly amount: Money; readonly availableAt: Date }[]
}

const SHOWN_RELEASES = 10

/** What a seller has, in one currency; releases of one day are shown together. */
export const balanceOf = async (ctx: Context, userId: string, currency: string): Promise<Balance> => {
  const balances = await load(ctx, balancesOfUsers, userId)
  const held = (kind: AccountKind) => balances?.get(`${kind} ${currency}`) ?? 0
  const money = (amountMinor: number) => ({ amountMinor, currency })
  const pending = (await load(ctx, pendingOfSellers, userId)) ?? []
  const days = Map.groupBy(
    pending.filter((earning) => earning.currency === currency),
    ({ availableAt }) => availableAt.toISOString().slice(0, 10),
  )
  return {
    pending: money(held('seller_pending')),
    available: money(held('seller_available')),
    reserved: money(held('payout_reserve') + held('chargeback_reserve')),
    owed: money(Math.max(0, -held('seller_receivable'))),
    nextReleases: [...days.values()].slice(0, SHOWN_RELEASES).map((earnings) => ({
      amount: money(earnings.reduce((sum, { pendingMinor }) => sum + pendingMinor, 0)),
      availableAt: earnings[0]?.availableAt ?? new Date(0),
    })),
  }
}
