import type { MailLanguage } from '@gigraph/shared/mail'

/** What stands on an invoice beside facts. */
export interface InvoiceWords {
  readonly invoice: string
  readonly number: string
  readonly issuedOn: string
  readonly paidOn: string
  readonly from: string
  readonly to: string
  readonly taxId: string
  readonly description: string
  readonly amount: string
  readonly paid: string
  readonly refundedOn: (date: string) => string
  readonly rest: string
  readonly payment: string
  readonly order: string
  /** In the place of a name that is gone with its account. */
  readonly deleted: string
}

/** In the languages of mails. */
export const invoiceWords: Readonly<Record<MailLanguage, InvoiceWords>> = {
  en: {
    invoice: 'Invoice',
    number: 'Number',
    issuedOn: 'Issued on',
    paidOn: 'Paid on',
    from: 'From',
    to: 'To',
    taxId: 'Tax ID',
    description: 'Description',
    amount: 'Amount',
    paid: 'Paid',
    refundedOn: (date) => `Refunded on ${date}`,
    rest: 'Left after refunds',
    payment: 'Payment',
    order: 'Order',
    deleted: 'Deleted account',
  },
  de: {
    invoice: 'Rechnung',
    number: 'Nummer',
    issuedOn: 'Ausgestellt am',
    paidOn: 'Bezahlt am',
    from: 'Von',
    to: 'An',
    taxId: 'USt-IdNr. / Steuernummer',
    description: 'Beschreibung',
    amount: 'Betrag',
    paid: 'Bezahlt',
    refundedOn: (date) => `Erstattet am ${date}`,
    rest: 'Verbleibt nach Erstattungen',
    payment: 'Zahlung',
    order: 'Auftrag',
    deleted: 'Gelöschtes Konto',
  },
}
