import type { Transaction } from '@gigraph/shared/database'
import { type Money, negate } from '@gigraph/shared/money'
import type { Context } from '../context.ts'
import { POINTS, pointsIssued, pointsLiability, points as pointsOf } from '../ledger/account.ts'
import { balanceForUpdate } from '../ledger/ledger-store.ts'
import type { Entry } from '../ledger/post.ts'
import type { PaymentRow } from '../payment/tables.ts'

/** The points that a part of a payment has bought. */
export const pointsWithin = ({ points, amountMinor }: PaymentRow, partMinor: number): number =>
  Math.min(points ?? 0, Math.ceil(((points ?? 0) * partMinor) / amountMinor))

/** Points that went, with the money behind them. */
interface TakenPoints {
  readonly points: Money
  readonly worth: Money
  /** They sum to zero in points, and to minus the worth in money. */
  readonly entries: readonly Entry[]
}

const entriesOf = (buyerId: string, points: Money, worth: Money): Entry[] => [
  { account: pointsOf(buyerId), amount: points },
  { account: pointsIssued, amount: negate(points) },
  { account: pointsLiability, amount: worth },
]

/** Takes the points that a part of a payment has bought, as far as its buyer still has them. */
export const takePoints = async (
  ctx: Context,
  tx: Transaction,
  { payment, amountMinor }: { readonly payment: PaymentRow; readonly amountMinor: number },
): Promise<TakenPoints> => {
  const { buyerId } = payment
  const left = await balanceForUpdate(tx, pointsOf(buyerId), POINTS)
  const held = Math.min(pointsWithin(payment, amountMinor), left)
  const points = { amountMinor: held, currency: POINTS }
  const worth = { amountMinor: held * ctx.config.POINT_VALUE_CENTS, currency: 'USD' }
  return { points, worth, entries: entriesOf(buyerId, negate(points), negate(worth)) }
}

/** Entries that give taken points back, with the money behind them. */
export const returnPoints = (
  buyerId: string,
  held: { readonly points: number; readonly worthMinor: number },
): Entry[] =>
  entriesOf(buyerId, { amountMinor: held.points, currency: POINTS }, { amountMinor: held.worthMinor, currency: 'USD' })
