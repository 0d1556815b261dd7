import { notFound } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Context } from '../context.ts'
import { paymentsById } from '../payment/payment-store.ts'
import type { PaymentRow } from '../payment/tables.ts'
import { authorize, maySeeInvoice } from '../policy.ts'
import { issuedInvoices } from './invoice-store.ts'
import type { InvoiceRow } from './tables.ts'

const issued = async (ctx: Context, { id, state }: PaymentRow): Promise<InvoiceRow | null> =>
  state === 'SUCCEEDED' ? ((await load(ctx, issuedInvoices, id)) ?? null) : null

/**
 * The invoice of a payment, for who paid it and for staff; made, with its number, when it is first asked for. Null until the money
 * has arrived.
 *
 * @throws {ApplicationError} NOT_FOUND for another person's payment, FORBIDDEN for its seller
 */
export const issueInvoice = async (ctx: Context, paymentId: string): Promise<InvoiceRow | null> => {
  const payment = await load(ctx, paymentsById, paymentId)
  if (!payment) throw notFound('Payment')
  authorize(ctx.viewer, 'payment:invoice', payment)
  return issued(ctx, payment)
}

/** The same as a field of the payment: null also for those who see the payment and not its invoice. */
export const invoiceOfPayment = async (ctx: Context, payment: PaymentRow): Promise<InvoiceRow | null> =>
  maySeeInvoice(ctx.viewer, payment) ? issued(ctx, payment) : null
