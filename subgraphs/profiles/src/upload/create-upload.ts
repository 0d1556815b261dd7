import { requireViewer } from '@gigraph/shared/auth'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { after } from '@gigraph/shared/time'
import { and, count, eq, gt } from 'drizzle-orm'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { uploads } from '../tables.ts'
import { sign } from './signature.ts'

export const contentTypes = ['image/jpeg', 'image/png', 'image/webp', 'image/avif'] as const
export const MOST_BYTES = 5_000_000
const VALID_FOR = '15m'
/** Uploads that one person may begin in a day. */
const A_DAY = 50

const input = z.object({
  contentType: z.enum(contentTypes, { error: 'Upload a JPEG, PNG, WebP or AVIF picture.' }),
  byteSize: z.int().min(1).max(MOST_BYTES, { error: 'A picture has at most 5,000,000 bytes.' }),
})

interface SignedUpload {
  readonly id: string
  readonly url: string
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly expiresAt: Date
}

/** Signs the address that one file may be sent to within 15 minutes. At most 50 a day and person. */
export const createUpload = async (ctx: Context, raw: unknown): Promise<Result<SignedUpload>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const now = ctx.clock.now()
  const [begun] = await ctx.db
    .select({ count: count() })
    .from(uploads)
    .where(and(eq(uploads.userId, viewer.id), gt(uploads.createdAt, after(now, '-1d'))))
  if ((begun?.count ?? 0) >= A_DAY) return fail('LIMIT_EXCEEDED', `At most ${A_DAY} uploads a day; try again tomorrow.`)
  const id = ctx.makeId()
  const expiresAt = after(now, VALID_FOR)
  const { contentType, byteSize } = parsed.value
  await ctx.db.insert(uploads).values({ id, userId: viewer.id, contentType, byteSize, createdAt: now })
  const url = new URL(`/uploads/${id}`, ctx.config.PUBLIC_URL)
  url.search = new URLSearchParams({
    type: contentType,
    size: String(byteSize),
    expires: String(expiresAt.getTime()),
    signature: sign(ctx.config.UPLOAD_SIGNING_SECRET ?? ctx.config.SERVICE_SECRET, {
      id,
      contentType,
      byteSize,
      expiresAt: expiresAt.getTime(),
    }),
  }).toString()
  return ok({ id, url: url.href, headers: [{ name: 'content-type', value: contentType }], expiresAt })
}
