import { and, isNotNull, sql } from 'drizzle-orm'
import type { Transaction } from '../database/index.ts'
import { outbox } from './tables.ts'

/**
 * Removes the events and jobs that were delivered and name the person: they would keep names and words for another 30 days after the
 * account was erased. What still waits to be delivered is a fact that others need, and goes once it is old.
 */
export const forgetPublished = async (tx: Transaction, userId: string): Promise<void> => {
  await tx.delete(outbox).where(and(isNotNull(outbox.publishedAt), sql`strpos(${outbox.payload}::text, ${userId}) > 0`))
}
