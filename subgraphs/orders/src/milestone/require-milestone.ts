import { type Failure, fail } from '@gigraph/shared/errors'
import type { FullOrder } from '../order/order.ts'

/** An order with milestones needs to know which one is meant, and no other order takes one. */
export const requireMilestone = (order: FullOrder, milestoneId: string | null | undefined): Failure | null => {
  const field = ['input', 'milestoneId']
  if (order.milestones.length === 0)
    return milestoneId ? fail('VALIDATION', 'This order has no milestones.', { field }) : null
  return order.milestones.some(({ id }) => id === milestoneId)
    ? null
    : fail('VALIDATION', 'Name one of the milestones of this order.', { field })
}
