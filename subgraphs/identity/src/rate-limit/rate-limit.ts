import { rateLimited } from '@gigraph/shared/errors'
import { after, type Duration } from '@gigraph/shared/time'
import { eq, inArray, lt, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { keyedHash } from '../crypto/secrets.ts'
import { rateLimits } from '../tables.ts'

/** At most `max` tries per `window`, counted from the first one. */
export interface Limit {
  /** What is counted: `login`, `mail`. */
  readonly name: string
  readonly max: number
  readonly window: Duration
}

/** The row that counts `subject` (an address, an id); hashed, so that the table names nobody. */
const keyOf = (ctx: Context, limit: Limit, subject: string): string =>
  `${limit.name}:${keyedHash(ctx.config.CODE_HMAC_SECRET, 'rate limit', subject)}`

interface Count {
  readonly count: number
  readonly resetsAt: Date
}

/** Counts one try, in a transaction of its own: a try counts whatever becomes of it. */
export const countTry = async (ctx: Context, limit: Limit, subject: string): Promise<Count> => {
  const now = ctx.clock.now()
  const fresh = { key: keyOf(ctx, limit, subject), count: 1, resetsAt: after(now, limit.window) }
  const over = sql`${rateLimits.resetsAt} <= ${now.toISOString()}::timestamptz`
  const [counted] = await ctx.db
    .insert(rateLimits)
    .values(fresh)
    .onConflictDoUpdate({
      target: rateLimits.key,
      set: {
        count: sql`case when ${over} then 1 else ${rateLimits.count} + 1 end`,
        resetsAt: sql`case when ${over} then excluded.resets_at else ${rateLimits.resetsAt} end`,
      },
    })
    .returning()
  return counted ?? fresh
}

/** Whether one more is within the limit; counts it. */
export const isWithin = async (ctx: Context, limit: Limit, subject: string): Promise<boolean> =>
  (await countTry(ctx, limit, subject)).count <= limit.max

/** @throws {ApplicationError} RATE_LIMITED when this try is one too many */
export const requireWithin = async (ctx: Context, limit: Limit, subject: string): Promise<void> => {
  const { count, resetsAt } = await countTry(ctx, limit, subject)
  if (count > limit.max) throw tooOften(ctx, resetsAt)
}

const LOOPBACK = /^(|::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/

/**
 * Counts a try of the caller's own address, whatever it is about. Callers on the same machine share one address: with a limit, a
 * proxy that does not tell its clients' addresses would close the door to everybody.
 *
 * @throws {ApplicationError} RATE_LIMITED when this try is one too many
 */
export const requireCalm = async (ctx: Context, limit: Limit): Promise<void> => {
  if (!LOOPBACK.test(ctx.caller.address)) await requireWithin(ctx, limit, ctx.caller.address)
}

export const tooOften = (ctx: Context, resetsAt: Date) => {
  const seconds = Math.max(1, Math.ceil((resetsAt.getTime() - ctx.clock.now().getTime()) / 1_000))
  return rateLimited('Too many tries. Wait a while and try again.', seconds)
}

/** Forgets the tries of `subject`. */
export const forgive = async (ctx: Context, subjects: readonly (readonly [Limit, string])[]): Promise<void> => {
  const keys = subjects.map(([limit, subject]) => keyOf(ctx, limit, subject))
  await ctx.db
    .delete(rateLimits)
    .where(keys.length === 1 ? eq(rateLimits.key, keys[0] ?? '') : inArray(rateLimits.key, keys))
}

/** Removes counts whose window is over. */
export const removeOldCounts = async (ctx: Context): Promise<void> => {
  await ctx.db.delete(rateLimits).where(lt(rateLimits.resetsAt, ctx.clock.now()))
}
