import type { Transaction } from '@gigraph/shared/database'
import { negate } from '@gigraph/shared/money'
import type { Context } from '../context.ts'
import { paymentDisputed, pointsDebited } from '../events.ts'
import { chargebackReserve } from '../ledger/account.ts'
import { type Entry, netEntries } from '../ledger/post.ts'
import { paymentFacts } from '../payment/payment.ts'
import type { PaymentRow } from '../payment/tables.ts'
import { takePoints } from '../points/take-points.ts'
import { takeBack } from '../settlement/take-back.ts'
import type { Line } from '../statement/statement-store.ts'

/** Where the money of a disputed payment is held until the bank has decided. */
interface Held {
  /** From where it was into the reserve; they sum to zero. */
  readonly entries: readonly Entry[]
  /** What came from where, to go back there when the dispute is won. */
  readonly sources: Readonly<Record<string, number>>
  readonly line: Line
  /** Tells others. */
  readonly tell: () => Promise<void>
}

export interface Disputed {
  /** Locked by the caller, and its order. */
  readonly payment: PaymentRow
  /** What the bank has taken that nobody has set aside before, in minor units. */
  readonly amountMinor: number
  /** In the bank's words. */
  readonly reason: string
}

/** Holds an order's money from wherever it is. */
const holdOrder = async (ctx: Context, tx: Transaction, { payment, amountMinor, reason }: Disputed): Promise<Held> => {
  const facts = paymentFacts(payment)
  const { currency, title } = payment
  const { entries, sellerMinor } = await takeBack(ctx, tx, { payment, amountMinor })
  return {
    entries: [...entries, { account: chargebackReserve(facts.sellerId), amount: { amountMinor, currency } }],
    sources: Object.fromEntries(netEntries(entries).map((entry) => [entry.account.kind, -entry.amount.amountMinor])),
    line: {
      ...{ userId: facts.sellerId, kind: 'CHARGEBACK', description: title },
      amount: { amountMinor: -sellerMinor, currency },
    },
    tell: () => ctx.publish(tx, paymentDisputed, { ...facts, reason }),
  }
}

/**
 * Holds what bought points are worth, as far as they are not spent. Creators of tools keep what they have earned with the others; that
 * is the platform's loss.
 */
const holdPoints = async (ctx: Context, tx: Transaction, { payment, amountMinor }: Disputed): Promise<Held> => {
  const { buyerId, title } = payment
  const { points, worth, entries } = await takePoints(ctx, tx, { payment, amountMinor })
  return {
    entries: [...entries, { account: chargebackReserve(buyerId), amount: worth }],
    sources: { points: points.amountMinor, points_liability: worth.amountMinor },
    line: { userId: buyerId, kind: 'CHARGEBACK', amount: negate(points), description: title },
    tell: async () => {
      if (points.amountMinor > 0)
        await ctx.publish(tx, pointsDebited, { userId: buyerId, points: points.amountMinor, reason: 'CHARGEBACK' })
    },
  }
}

/** Holds the money of a payment that a bank has taken back. */
export const holdDisputed = (ctx: Context, tx: Transaction, disputed: Disputed): Promise<Held> =>
  (disputed.payment.purpose === 'POINTS' ? holdPoints : holdOrder)(ctx, tx, disputed)
