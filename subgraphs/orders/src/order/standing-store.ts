import type { Database, Transaction } from '@gigraph/shared/database'
import { and, eq, isNotNull, isNull, lt, or } from 'drizzle-orm'
import { standings } from '../tables.ts'

/** Who is suspended; the only SQL about it. */

interface Standing {
  readonly userId: string
  /** Null: not, or not any more. */
  readonly suspendedAt: Date | null
  /** When it was so. */
  readonly asOf: Date
}

/**
 * Notes what was heard of somebody's standing. The later news hold, in whichever order they arrive; of one instant the suspension.
 *
 * @returns whether it is news: not for what was heard before, or is older than what is known
 */
export const noteStanding = async (tx: Transaction, standing: Standing): Promise<boolean> => {
  const { suspendedAt, asOf } = standing
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

export const isSuspended = async (db: Database, userId: string): Promise<boolean> => {
  const found = await db
    .select({ userId: standings.userId })
    .from(standings)
    .where(and(eq(standings.userId, userId), isNotNull(standings.suspendedAt)))
  return found.length > 0
}

export const forgetStanding = async (tx: Transaction, userId: string): Promise<void> => {
  await tx.delete(standings).where(eq(standings.userId, userId))
}
