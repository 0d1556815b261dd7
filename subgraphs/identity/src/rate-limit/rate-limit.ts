import { rateLimited } from '@gigraph/shared/errors'
import { after, type Duration } from '@gigraph/shared/time'
import { lt } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { keyedHash } from '../crypto/secrets.ts'
import { rateLimits } from '../tables.ts'
import type { Count } from './counters.ts'

/** At most `max` tries per `window`, counted from the first one. */
export interface Limit {
  /** What is counted: `login`, `mail`. */
  readonly name: string
  readonly max: number
  readonly window: Duration
}

/** The key under which `subject` (an address, an id) is counted; hashed, so that it names nobody. */
const keyOf = (ctx: Context, limit: Limit, subject: string): string =>
  `${limit.name}:${keyedHash(ctx.config.CODE_HMAC_SECRET, 'rate limit', subject)}`

/** Counts one try, whatever becomes of it. */
export const countTry = (ctx: Context, limit: Limit, subject: string): Promise<Count> => {
  const now = ctx.clock.now()
  return ctx.counters.add({ key: keyOf(ctx, limit, subject), now, resetsAt: after(now, limit.window) })
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
export const forgive = (ctx: Context, subjects: readonly (readonly [Limit, string])[]): Promise<void> =>
  ctx.counters.remove(subjects.map(([limit, subject]) => keyOf(ctx, limit, subject)))

/** Removes counts of PostgreSQL whose window is over. */
export const removeOldCounts = async (ctx: Context): Promise<void> => {
  await ctx.db.delete(rateLimits).where(lt(rateLimits.resetsAt, ctx.clock.now()))
}
