import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { after } from '@gigraph/shared/time'
import { z } from 'zod'
import type { Context } from '../context.ts'

/** How long a link works: the time of one download. */
const LIFETIME = '10m'

/** What a link shows beside its address: until when, in milliseconds since the epoch, and its proof. */
export const linkProof = { expires: z.coerce.number().int(), signature: z.string().max(200) }

interface Link {
  /** The kind of what it opens: a link of one kind opens no other. */
  readonly purpose: 'invoice' | 'statement'
  /** Everything that the link allows, in a fixed order. */
  readonly allows: readonly string[]
}

/** HMAC-SHA-256 of what the link allows, with a key that serves nothing else (RFC 5869). */
const sign = ({ config }: Context, { purpose, allows }: Link, expires: number): Buffer =>
  createHmac('sha256', Buffer.from(hkdfSync('sha256', config.SERVICE_SECRET, '', `gigraph ${purpose} links v1`, 32)))
    .update(JSON.stringify([...allows, expires]))
    .digest()

/** An address that gives a document to whoever has it, for ten minutes. */
export const signedLink = (
  ctx: Context,
  { path, query = {}, ...link }: Link & { readonly path: string; readonly query?: Readonly<Record<string, string>> },
): { readonly url: string; readonly expiresAt: Date } => {
  const expiresAt = after(ctx.clock.now(), LIFETIME)
  const expires = expiresAt.getTime()
  const url = new URL(path, ctx.config.PUBLIC_URL)
  const signature = sign(ctx, link, expires).toString('base64url')
  url.search = new URLSearchParams({ ...query, expires: String(expires), signature }).toString()
  return { url: url.href, expiresAt }
}

/** Whether the link is ours and its time is not over; the signature is compared in constant time. */
export const isSigned = (
  ctx: Context,
  { expires, signature, ...link }: Link & { readonly expires: number; readonly signature: string },
): boolean => {
  const expected = sign(ctx, link, expires)
  const given = Buffer.from(signature, 'base64url')
  const isOurs = given.length === expected.length && timingSafeEqual(given, expected)
  return isOurs && expires >= ctx.clock.now().getTime()
}
