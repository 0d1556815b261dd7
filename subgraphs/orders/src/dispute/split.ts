import { type Failure, fail } from '@gigraph/shared/errors'
import { formatMoney } from '@gigraph/shared/money'
import { z } from 'zod'
import { type FullOrder, heldMinor } from '../order/order.ts'

/** What the seller is to get; the rest of the escrow goes to the buyer. */
export const toSeller = z.object({
  amountMinor: z.int().min(0, { error: 'The amount cannot be negative.' }),
  currency: z.string(),
})

/** Why the order's escrow cannot be split so; null when it can. */
export const checkSplit = (order: FullOrder, amount: z.output<typeof toSeller>): Failure | null => {
  const held = { amountMinor: heldMinor(order), currency: order.total.currency }
  if (amount.currency !== held.currency)
    return fail('VALIDATION', `This order is in ${held.currency}.`, { field: ['input', 'toSeller', 'currency'] })
  return amount.amountMinor > held.amountMinor
    ? fail('VALIDATION', `At most ${formatMoney(held)} is in escrow.`, { field: ['input', 'toSeller', 'amountMinor'] })
    : null
}
