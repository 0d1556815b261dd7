import type { Transaction } from '@gigraph/shared/database'
import { and, eq, isNotNull, isNull, lt, or, sql } from 'drizzle-orm'
import { standings } from '../tables.ts'

/** Who is suspended; the only SQL about it. */

interface Standing {
  readonly userId: string
  /** Null: not, or not any more. */
  readonly suspendedAt: Date | null
  /** When it was so. */
  readonly asOf: Date
}

/** The standing of somebody, whether or not anything was heard of it yet. */
const lockOf = (userId: string) => sql`hashtextextended(${`standing:${userId}`}, 0)`

/**
 * Notes what was heard of somebody's standing. The later news hold, in whichever order they arrive; of one instant the suspension.
 *
 * @returns whether it is news: not for what was heard before, or is older than what is known
 */
export const noteStanding = async (tx: Transaction, standing: Standing): Promise<boolean> => {
  const { suspendedAt, asOf } = standing
  await tx.execute(sql`select pg_advisory_xact_lock(${lockOf(standing.userId)})`)
  const later = lt(standings.asOf, asOf)
  const sameInstant = suspendedAt ? and(eq(standings.asOf, asOf), isNull(standings.suspendedAt)) : undefined
  const noted = await tx
    .insert(standings)
    .values(standing)
    .onConflictDoUpdate({
      target: standings.userId,
      set: { suspendedAt, asOf },
      setWhere: or(later, sameInstant) ?? later,
    })
    .returning({ userId: standings.userId })
  return noted.length > 0
}

/** Whether somebody is suspended, until the transaction ends: who is being suspended at this moment is waited for, and waits. */
export const isSuspendedForShare = async (tx: Transaction, userId: string): Promise<boolean> => {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${lockOf(userId)})`)
  return (await tx.$count(standings, and(eq(standings.userId, userId), isNotNull(standings.suspendedAt)))) > 0
}

export const forgetStanding = async (tx: Transaction, userId: string): Promise<void> => {
  await tx.delete(standings).where(eq(standings.userId, userId))
}
