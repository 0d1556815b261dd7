import { hkdfSync } from 'node:crypto'
import { isSignatureOf, type Signing, signatureOf } from '@gigraph/shared/auth'
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

/** What the link allows, signed with a key that serves nothing else (RFC 5869). */
const signing = ({ config }: Context, { purpose, allows }: Link, expires: number): Signing => ({
  key: Buffer.from(hkdfSync('sha256', config.SERVICE_SECRET, '', `gigraph ${purpose} links v1`, 32)),
  text: JSON.stringify([...allows, expires]),
})

/** An address that gives a document to whoever has it, for ten minutes. */
export const signedLink = (
  ctx: Context,
  { path, query = {}, ...link }: Link & { readonly path: string; readonly query?: Readonly<Record<string, string>> },
): { readonly url: string; readonly expiresAt: Date } => {
  const expiresAt = after(ctx.clock.now(), LIFETIME)
  const expires = expiresAt.getTime()
  const url = new URL(path, ctx.config.PUBLIC_URL)
  const signature = signatureOf(signing(ctx, link, expires))
  url.search = new URLSearchParams({ ...query, expires: String(expires), signature }).toString()
  return { url: url.href, expiresAt }
}

/** Whether the link is ours and its time is not over. */
export const isSigned = (
  ctx: Context,
  { expires, signature, ...link }: Link & { readonly expires: number; readonly signature: string },
): boolean => isSignatureOf(signing(ctx, link, expires), signature) && expires >= ctx.clock.now().getTime()
