import type { BillingDetailsRow } from './billing/tables.ts'
import type { DisputeRow } from './dispute/tables.ts'
import type { GigEarnings } from './earnings/earning-store.ts'
import type { OrderPayout as SellersShare } from './earnings/order-payout.ts'
import type { InvoiceRow } from './invoice/tables.ts'
import type { LedgerCheck as Check } from './ledger/ledger-check.ts'
import type { PaymentRow } from './payment/tables.ts'
import type { PayoutAccountRow, PayoutRow } from './payout/tables.ts'
import type { RefundRequestRow, RefundRow } from './refund/tables.ts'
import type { RevenueBucket as Bucket } from './revenue/revenue-stats.ts'
import type { StatementPeriod, StatementTotal as Total } from './statement/statement.ts'
import type { StatementLine } from './statement/tables.ts'

import type { ToolUsageRow } from './tool/tables.ts'

/** What resolvers get as the parent of each type. */
export type Payment = PaymentRow
export type Chargeback = DisputeRow
export type Invoice = InvoiceRow
export type BillingDetails = BillingDetailsRow
export type Statement = StatementPeriod
export type StatementTotal = Total
export type OrderPayout = SellersShare
export type GigRevenue = GigEarnings
export type Payout = PayoutRow
export type PayoutAccount = PayoutAccountRow
export type RefundRequest = RefundRequestRow
export type Refund = RefundRow
export type Transaction = StatementLine
export type LedgerCheck = Check
export interface Order {
  readonly id: string
}
export interface User {
  readonly id: string
}
export interface Viewer {
  readonly id: string
}
export type RevenueBucket = Bucket
export type ToolUsage = ToolUsageRow
export interface Tool {
  readonly id: string
}
export interface PointsWallet {
  readonly userId: string
}
export interface Gig {
  readonly id: string
}
