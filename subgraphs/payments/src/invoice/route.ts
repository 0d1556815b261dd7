import { forbidden } from '@gigraph/shared/errors'
import { protectiveHeaders } from '@gigraph/shared/storage'
import { isId } from '@gigraph/shared/time'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { isSigned, linkProof, signedLink } from '../link/signed-link.ts'
import { readInvoice } from './read-invoice.ts'

const PATH = '/invoices/'
const query = z.object(linkProof)

const allows = (paymentId: string) => ({ purpose: 'invoice', allows: [paymentId] }) as const

/** An address that gives the invoice to whoever has it, for ten minutes. */
export const invoiceLink = (ctx: Context, paymentId: string) =>
  signedLink(ctx, { path: `${PATH}${paymentId}`, ...allows(paymentId) })

/** `GET /invoices/<payment>`: the PDF, for who holds a link that was signed within the last ten minutes. */
export const invoiceRoute = (app: FastifyInstance, context: (requestId: string) => Context): void => {
  app.get<{ Params: { paymentId: string } }>(`${PATH}:paymentId`, async (request, reply) => {
    const ctx = context(request.id)
    const { paymentId } = request.params
    const parsed = query.safeParse(request.query)
    if (!parsed.success || !isId(paymentId) || !isSigned(ctx, { ...allows(paymentId), ...parsed.data }))
      throw forbidden('This link is not valid or has expired; ask for another.')
    const content = await readInvoice(ctx, paymentId)
    // Only now: what draws PDFs takes a tenth of a second to load, and most processes never draw one.
    const { renderInvoice } = await import('./invoice-document.ts')
    return reply
      .headers(protectiveHeaders)
      .header('content-disposition', `attachment; filename="${content.number}.pdf"`)
      .header('cache-control', 'private, no-store')
      .type('application/pdf')
      .send(await renderInvoice(content))
  })
}
