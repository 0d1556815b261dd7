import { hkdfSync } from 'node:crypto'
import { isSignatureOf, type Signing, signatureOf } from '@gigraph/shared/auth'
import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'

/** How long a link works: the time of one download. */
const LIFETIME = '10m'
export const INVOICES_PATH = '/invoices/'

/** What the link allows, signed with a key that serves nothing else (RFC 5869). */
const signing = ({ config }: Context, paymentId: string, expires: number): Signing => ({
  key: Buffer.from(hkdfSync('sha256', config.SERVICE_SECRET, '', 'gigraph invoice links v1', 32)),
  text: JSON.stringify([paymentId, expires]),
})

/** An address that gives the invoice to whoever has it, for ten minutes. */
export const invoiceLink = (ctx: Context, paymentId: string): { readonly url: string; readonly expiresAt: Date } => {
  const expiresAt = after(ctx.clock.now(), LIFETIME)
  const expires = expiresAt.getTime()
  const url = new URL(`${INVOICES_PATH}${paymentId}`, ctx.config.PUBLIC_URL)
  const signature = signatureOf(signing(ctx, paymentId, expires))
  url.search = new URLSearchParams({ expires: String(expires), signature }).toString()
  return { url: url.href, expiresAt }
}

interface Link {
  readonly paymentId: string
  /** Milliseconds since the epoch. */
  readonly expires: number
  readonly signature: string
}

/** Whether the link is ours and its time is not over. */
export const isInvoiceLink = (ctx: Context, { paymentId, expires, signature }: Link): boolean =>
  isSignatureOf(signing(ctx, paymentId, expires), signature) && expires >= ctx.clock.now().getTime()
