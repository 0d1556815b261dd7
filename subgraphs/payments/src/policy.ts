import { createAuthorize, hasScope, type Viewer } from '@gigraph/shared/auth'
import type { PaymentRow } from './payment/tables.ts'

/** Who may do what with money. Another person's is not found. */
const policies = {
  'payment:see': (viewer: Viewer, payment: PaymentRow) =>
    viewer.id === payment.buyerId || viewer.id === payment.sellerId || hasScope(viewer, 'payments:read'),
  'payment:refund': (viewer: Viewer) => hasScope(viewer, 'refunds:write'),
}

export const authorize = createAuthorize(policies)

/** Whether the viewer, logged in or not, may know of the payment. */
export const maySeePayment = (viewer: Viewer | null, payment: PaymentRow): boolean =>
  viewer !== null && policies['payment:see'](viewer, payment)
