import { usersByIds } from '@gigraph/identity/internal'
import { notFound } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import { languageOf } from '@gigraph/shared/mail'
import { billingDetailsOfUsers } from '../billing/billing-store.ts'
import type { Context } from '../context.ts'
import { amountOf } from '../payment/payment.ts'
import { findPayment } from '../payment/payment-store.ts'
import { refundsByPayment } from '../refund/refund-store.ts'
import type { InvoiceContent } from './invoice-document.ts'
import { findOptionalInvoice } from './invoice-store.ts'
import { invoiceWords } from './words.ts'

/** Who sells points. */
const PLATFORM = 'Gigraph'

/** `INV-000042`. */
export const invoiceNumber = (number: number): string => `INV-${String(number).padStart(6, '0')}`

/**
 * What stands on an invoice, in its buyer's language. Names and addresses are those of now: nothing of a deleted account is kept.
 *
 * @throws {ApplicationError} NOT_FOUND when it was never issued
 */
export const readInvoice = async (ctx: Context, paymentId: string): Promise<InvoiceContent> => {
  const invoice = await findOptionalInvoice(ctx.db, paymentId)
  if (!invoice) throw notFound('Invoice')
  const payment = await findPayment(ctx.db, paymentId)
  const { buyerId, sellerId } = payment
  const { users } = await ctx.call(usersByIds, { ids: sellerId ? [buyerId, sellerId] : [buyerId] })
  const known = new Map(users.filter(({ status }) => status !== 'DELETED').map((user) => [user.id, user]))
  const language = languageOf(known.get(buyerId)?.locale ?? '')
  const words = invoiceWords[language]
  const party = async (userId: string): Promise<string> => {
    const details = await load(ctx, billingDetailsOfUsers, userId)
    if (!details) return known.get(userId)?.displayName ?? words.deleted
    const { name, addressLines, country, taxId } = details
    const land = new Intl.DisplayNames(language, { type: 'region' }).of(country) ?? country
    return [name, ...addressLines, land, ...(taxId ? [`${words.taxId} ${taxId}`] : [])].join('\n')
  }
  const refunds = (await load(ctx, refundsByPayment, paymentId)) ?? []
  return {
    language,
    words,
    number: invoiceNumber(invoice.number),
    issuedAt: invoice.issuedAt,
    paidAt: payment.paidAt ?? invoice.issuedAt,
    from: sellerId ? await party(sellerId) : PLATFORM,
    to: await party(buyerId),
    title: payment.title,
    amount: amountOf(payment),
    refunds: refunds.flatMap(({ state, settledAt, amountMinor, currency }) =>
      state === 'SUCCEEDED' && settledAt ? [{ settledAt, amount: { amountMinor, currency } }] : [],
    ),
    paymentId,
    orderId: payment.orderId,
  }
}
