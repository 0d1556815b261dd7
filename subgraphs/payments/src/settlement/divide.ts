import type { OrderAccount } from './tables.ts'

/** How what is left in escrow goes on. Both zero: it waits. */
export interface Division {
  readonly toBuyerMinor: number
  readonly toSellerMinor: number
}

const NOTHING: Division = { toBuyerMinor: 0, toSellerMinor: 0 }

/**
 * Divides what an order has in escrow by its outcome.
 *
 * A cancellation of an order without milestones returns everything. With milestones it returns what the orders service named:
 * what is left then belongs to milestones whose acceptance is still on its way here.
 *
 * @param heldMinor in escrow, released milestones left out
 * @param staged the order is paid by milestones
 */
export const divide = (
  { outcome, toBuyerMinor, returnedMinor }: Pick<OrderAccount, 'outcome' | 'toBuyerMinor' | 'returnedMinor'>,
  heldMinor: number,
  staged: boolean,
): Division => {
  const named = Math.min(heldMinor, Math.max(0, toBuyerMinor - returnedMinor))
  switch (outcome) {
    case null:
      return NOTHING
    case 'COMPLETED':
      return { toBuyerMinor: 0, toSellerMinor: heldMinor }
    case 'EXPIRED':
      return { toBuyerMinor: heldMinor, toSellerMinor: 0 }
    case 'CANCELLED':
      return { toBuyerMinor: staged ? named : heldMinor, toSellerMinor: 0 }
    case 'RESOLVED':
      return { toBuyerMinor: named, toSellerMinor: heldMinor - named }
  }
}
