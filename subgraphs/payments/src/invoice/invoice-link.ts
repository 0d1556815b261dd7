import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'

/** How long a link works: the time of one download. */
const LIFETIME = '10m'
export const INVOICES_PATH = '/invoices/'

/** HMAC-SHA-256 of what the link allows, with a key that serves nothing else (RFC 5869). */
const sign = ({ config }: Context, paymentId: string, expires: number): Buffer =>
  createHmac('sha256', Buffer.from(hkdfSync('sha256', config.SERVICE_SECRET, '', 'gigraph invoice links v1', 32)))
    .update(JSON.stringify([paymentId, expires]))
    .digest()

/** An address that gives the invoice to whoever has it, for ten minutes. */
export const invoiceLink = (ctx: Context, paymentId: string): { readonly url: string; readonly expiresAt: Date } => {
  const expiresAt = after(ctx.clock.now(), LIFETIME)
  const expires = expiresAt.getTime()
  const url = new URL(`${INVOICES_PATH}${paymentId}`, ctx.config.PUBLIC_URL)
  const signature = sign(ctx, paymentId, expires).toString('base64url')
  url.search = new URLSearchParams({ expires: String(expires), signature }).toString()
  return { url: url.href, expiresAt }
}

interface Link {
  readonly paymentId: string
  /** Milliseconds since the epoch. */
  readonly expires: number
  readonly signature: string
}

/** Whether the link is ours and its time is not over; the signature is compared in constant time. */
export const isInvoiceLink = (ctx: Context, { paymentId, expires, signature }: Link): boolean => {
  const expected = sign(ctx, paymentId, expires)
  const given = Buffer.from(signature, 'base64url')
  const isSigned = given.length === expected.length && timingSafeEqual(given, expected)
  return isSigned && expires >= ctx.clock.now().getTime()
}
