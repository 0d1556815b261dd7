import { createAuthorize, hasScope, type Viewer } from '@gigraph/shared/auth'
import type { PaymentRow } from './payment/tables.ts'
import type { RefundRequestRow } from './refund/tables.ts'
import type { ToolUsageRow } from './tool/tables.ts'

/** Staff with one of these may see every payment. */
const STAFF = ['payments:read', 'refunds:write']
export const isStaff = (viewer: Viewer | null): boolean => STAFF.some((scope) => hasScope(viewer, scope))

/** Staff with the scope, for anybody's money but their own. */
const isStaffFor = (viewer: Viewer, scope: string, ownerId: string): boolean =>
  hasScope(viewer, scope) && viewer.id !== ownerId

/** Who may do what with money. Another person's is not found. */
const policies = {
  'payment:see': (viewer: Viewer, payment: PaymentRow) =>
    viewer.id === payment.buyerId || viewer.id === payment.sellerId || isStaff(viewer),
  'payment:refund': (viewer: Viewer, payment: PaymentRow) =>
    viewer.id === payment.sellerId || isStaffFor(viewer, 'refunds:write', payment.buyerId),
  /** Its words are for who paid; the seller has orders and statements. */
  'payment:invoice': (viewer: Viewer, payment: PaymentRow) =>
    viewer.id === payment.buyerId || hasScope(viewer, 'payments:read'),
  'refundRequest:see': (viewer: Viewer, request: RefundRequestRow) =>
    viewer.id === request.buyerId || viewer.id === request.sellerId || isStaff(viewer),
  /** Only for a failed one: staff find another way to its buyer, who is not them. */
  'refund:settle': (viewer: Viewer, { buyerId }: PaymentRow) => isStaffFor(viewer, 'refunds:write', buyerId),
  'toolUsage:see': (viewer: Viewer, usage: ToolUsageRow) =>
    viewer.id === usage.userId || viewer.id === usage.creatorId || isStaff(viewer),
  'toolUsage:refund': (viewer: Viewer, usage: ToolUsageRow) =>
    viewer.id === usage.creatorId || isStaffFor(viewer, 'refunds:write', usage.userId),
  'refundRequest:decline': (viewer: Viewer, request: RefundRequestRow) =>
    viewer.id === request.sellerId || hasScope(viewer, 'refunds:write'),
}

export const authorize = createAuthorize(policies)

/** Whether the viewer, logged in or not, may know of the payment. */
export const maySeePayment = (viewer: Viewer | null, payment: PaymentRow): boolean =>
  viewer !== null && policies['payment:see'](viewer, payment)

/** Whether the viewer, logged in or not, may read the payment's invoice. */
export const maySeeInvoice = (viewer: Viewer | null, payment: PaymentRow): boolean =>
  viewer !== null && policies['payment:invoice'](viewer, payment)

/** Whether the viewer, logged in or not, may know what a seller has earned. */
export const maySeeEarnings = (viewer: Viewer | null, sellerId: string): boolean =>
  viewer?.id === sellerId || hasScope(viewer, 'payments:read')

/** Whether the viewer, logged in or not, may know of the request. */
export const maySeeRefundRequest = (viewer: Viewer | null, request: RefundRequestRow): boolean =>
  viewer !== null && policies['refundRequest:see'](viewer, request)
