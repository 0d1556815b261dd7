import type { Viewer } from '@gigraph/shared/auth'
import type { OrderAction } from '../__generated__/schema.ts'
import type { FullOrder, OrderEvent } from './order.ts'
import { payableNow } from './payment-rules.ts'
import { onlyReads, roleIn } from './policy.ts'
import { orderMachine } from './transitions.ts'

/** Events that the system and payments raise, which no person can. */
type Raised = Exclude<OrderEvent, OrderAction>
const raised: Readonly<Record<Raised, true>> = {
  REFUND: true,
  EXPIRE: true,
  CANCEL_SILENT: true,
  MARK_LATE: true,
  SUSPEND_SELLER: true,
  REINSTATE_SELLER: true,
}
const isAction = (event: OrderEvent): event is OrderAction => !(event in raised)

/** What the viewer can do to the order now. */
export const allowedActions = (order: FullOrder, viewer: Viewer | null, at: Date): OrderAction[] => {
  const by = viewer && roleIn(order, viewer)
  if (!by || onlyReads(by, viewer)) return []
  const actions = orderMachine.allowed(order, { by, at }).filter(isAction)
  // The buyer's to pay, although the order moves only when the money has arrived.
  return by === 'BUYER' && payableNow(order, at) ? ['PAY', ...actions] : actions
}
