import { createRequire } from 'node:module'
import { buffer } from 'node:stream/consumers'
import type { MailLanguage } from '@gigraph/shared/mail'
import type { Money } from '@gigraph/shared/money'
import PDFDocument from 'pdfkit'
import type { InvoiceWords } from './words.ts'

/** What stands on an invoice. */
export interface InvoiceContent {
  readonly language: MailLanguage
  readonly words: InvoiceWords
  readonly number: string
  readonly issuedAt: Date
  readonly paidAt: Date
  /** A name, and under it what else is known: address, country, number for taxes; a line each. */
  readonly from: string
  readonly to: string
  readonly title: string
  readonly amount: Money
  /** Confirmed ones, oldest first. */
  readonly refunds: readonly { readonly settledAt: Date; readonly amount: Money }[]
  readonly paymentId: string
  readonly orderId: string | null
}

/** DejaVu has Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew and Arabic letters; other letters come out as boxes. */
const require = createRequire(import.meta.url)
const fonts = {
  regular: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  bold: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
}

const MARGIN = 56
const AMOUNT_WIDTH = 120
const [SMALL, TEXT, LARGE] = [8, 10, 20]
const GREY = '#667085'
const BLACK = '#1c2330'

const formatters = ({ language, amount: { currency } }: InvoiceContent) => {
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' })
  const money = new Intl.NumberFormat(language, { style: 'currency', currency })
  const { maximumFractionDigits: digits = 2 } = money.resolvedOptions()
  return {
    date: (at: Date) => date.format(at),
    money: (amountMinor: number) => money.format(amountMinor / 10 ** digits),
  }
}

/** The facts with their labels, as they stand under the heading. */
const head = (content: InvoiceContent): (readonly [string, string])[] => {
  const { words } = content
  const { date } = formatters(content)
  return [
    [words.number, content.number],
    [words.issuedOn, date(content.issuedAt)],
    [words.paidOn, date(content.paidAt)],
    [words.from, content.from],
    [words.to, content.to],
  ]
}

/** What was paid, what went back, what is left. */
const lines = (content: InvoiceContent): (readonly [string, string, 'regular' | 'bold'])[] => {
  const { words, amount, refunds } = content
  const { date, money } = formatters(content)
  const returned = refunds.reduce((sum, refund) => sum + refund.amount.amountMinor, 0)
  return [
    [words.description, words.amount, 'bold'],
    [content.title, money(amount.amountMinor), 'regular'],
    [words.paid, money(amount.amountMinor), 'bold'],
    ...refunds.map(
      (refund) => [words.refundedOn(date(refund.settledAt)), money(-refund.amount.amountMinor), 'regular'] as const,
    ),
    ...(returned > 0 ? [[words.rest, money(amount.amountMinor - returned), 'bold'] as const] : []),
  ]
}

/** The invoice as a PDF, one page of A4 with its fonts inside. The same content gives the same document. */
export const renderInvoice = async (content: InvoiceContent): Promise<Buffer> => {
  const { words, number, issuedAt } = content
  const document = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    lang: content.language,
    font: fonts.regular,
    info: { Title: `${words.invoice} ${number}`, Author: 'Gigraph', CreationDate: issuedAt },
  })
  const finished = buffer(document)
  const width = document.page.width - 2 * MARGIN
  const row = (left: string, right: string, { font, indent }: { font: keyof typeof fonts; indent: number }) => {
    const top = document.y
    document.font(fonts[font]).fontSize(TEXT).fillColor(BLACK)
    document.text(right, MARGIN + indent, top, { width: width - indent, align: indent === 0 ? 'right' : 'left' })
    const below = document.y
    document.text(left, MARGIN, top, { width: indent || width - AMOUNT_WIDTH })
    document.y = Math.max(below, document.y) + TEXT / 2
  }
  document.font(fonts.bold).fontSize(LARGE).fillColor(BLACK).text(words.invoice).moveDown()
  for (const [label, value] of head(content)) row(label, value, { font: 'regular', indent: AMOUNT_WIDTH })
  document.y += LARGE
  for (const [label, amount, font] of lines(content)) row(label, amount, { font, indent: 0 })
  const about = [
    `${words.payment} ${content.paymentId}`,
    ...(content.orderId ? [`${words.order} ${content.orderId}`] : []),
  ]
  document.y += LARGE
  document
    .font(fonts.regular)
    .fontSize(SMALL)
    .fillColor(GREY)
    .text(['Gigraph', ...about].join('\n'), MARGIN)
  document.end()
  return finished
}
