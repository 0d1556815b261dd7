import type { Database, Transaction } from '@gigraph/shared/database'
import { fail, ok, type Result } from '@gigraph/shared/errors'
import { eq, sql } from 'drizzle-orm'
import { sellers } from '../tables.ts'

export type Seller = typeof sellers.$inferSelect

/** Levels of freelancers as numbers that sort. */
export const levels = ['NEW', 'RISING', 'ESTABLISHED', 'TOP'] as const

export const findOptional = async (db: Database, userId: string): Promise<Seller | undefined> => {
  const [seller] = await db.select().from(sellers).where(eq(sellers.userId, userId))
  return seller
}

/** Whether somebody may put things on offer: e-mail address verified, not suspended. */
export const maySell = (seller: Seller | undefined): Result<undefined> => {
  if (!seller?.emailVerifiedAt) return fail('EMAIL_NOT_VERIFIED', 'Verify your e-mail address first.')
  if (seller.suspendedAt || seller.deletedAt) return fail('NOT_ALLOWED', 'Your account is suspended.')
  return ok(undefined)
}

/** Notes what an event tells of somebody, whether or not they were known before. */
export const note = async (
  tx: Transaction,
  userId: string,
  facts: Partial<Omit<typeof sellers.$inferInsert, 'userId'>>,
): Promise<void> => {
  await tx
    .insert(sellers)
    .values({ userId, ...facts })
    .onConflictDoUpdate({
      target: sellers.userId,
      set: Object.keys(facts).length > 0 ? facts : { userId: sql`excluded.user_id` },
    })
}
