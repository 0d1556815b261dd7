import type { Transaction } from '@gigraph/shared/database'
import { eq } from 'drizzle-orm'
import { erasedUsers } from '../tables.ts'

/** Whether the account is gone. */
export const isErased = async (tx: Transaction, userId: string): Promise<boolean> => {
  const found = await tx.select().from(erasedUsers).where(eq(erasedUsers.userId, userId))
  return found.length > 0
}
