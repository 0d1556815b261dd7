import type { PaymentRow } from '../payment/tables.ts'
import type { DisputeRow } from './tables.ts'

/** In whose name disputed money is held: the seller's, of points their buyer's. */
export const bearerOf = ({ sellerId, buyerId }: PaymentRow): string => sellerId ?? buyerId

/** What is held of the disputed money, in minor units; of points less than was disputed when some are spent. */
export const heldMinor = ({ sources: { points: _, ...money } }: DisputeRow): number =>
  Object.values(money).reduce((sum, part) => sum + part, 0)

/** What was held from the seller: what was pending then has long cleared, and a debt may have been paid since. */
export const sellerPart = ({ sources }: DisputeRow): number =>
  (sources.seller_pending ?? 0) + (sources.seller_available ?? 0) + (sources.seller_receivable ?? 0)
