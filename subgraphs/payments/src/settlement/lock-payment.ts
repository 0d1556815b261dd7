import type { Transaction } from '@gigraph/shared/database'
import { paymentFacts } from '../payment/payment.ts'
import { findPayment, findPaymentForUpdate } from '../payment/payment-store.ts'
import type { PaymentRow } from '../payment/tables.ts'
import { lockOrderAccount } from './order-account-store.ts'

/** A payment, locked; the order's lock comes before its payments', everywhere. @throws {ApplicationError} NOT_FOUND */
export const lockPayment = async (tx: Transaction, paymentId: string): Promise<PaymentRow> => {
  const known = await findPayment(tx, paymentId)
  if (known.orderId)
    await lockOrderAccount(tx, { ...paymentFacts(known), title: known.title, currency: known.currency })
  return findPaymentForUpdate(tx, paymentId)
}
