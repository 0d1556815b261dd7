import type { Database } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import { eq } from 'drizzle-orm'
import { erasedUsers } from '../tables.ts'

/** Whether the account is gone. */
export const isErased = async (db: Database, userId: string): Promise<boolean> => {
  const found = await db.select().from(erasedUsers).where(eq(erasedUsers.userId, userId))
  return found.length > 0
}

/** Nothing of an erased person is written any more: their token may outlive the account by minutes. @throws {ApplicationError} NOT_FOUND */
export const refuseErased = async (db: Database, userId: string): Promise<void> => {
  if (await isErased(db, userId)) throw notFound('Account')
}
