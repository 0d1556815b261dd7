import type { Transaction } from '@gigraph/shared/database'
import { forgetPublished } from '@gigraph/shared/events'
import { eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { erasedUsers, reports, reviews, toolFeedback, toolUsers } from '../tables.ts'

/** Reviews and feedback stay, as a former member's; answers, notes to the staff, reports and tools used go. */
export const eraseUser = async (ctx: Context, tx: Transaction, userId: string): Promise<void> => {
  await tx.insert(erasedUsers).values({ userId, erasedAt: ctx.clock.now() }).onConflictDoNothing()
  await tx.update(reviews).set({ reviewerId: null, privateNote: null }).where(eq(reviews.reviewerId, userId))
  await tx
    .update(reviews)
    .set({ reply: null, repliedAt: null, replyHiddenAt: null, replyHiddenReason: null })
    .where(eq(reviews.revieweeId, userId))
  await tx.update(toolFeedback).set({ userId: null }).where(eq(toolFeedback.userId, userId))
  await tx.delete(toolUsers).where(eq(toolUsers.userId, userId))
  await tx.delete(reports).where(eq(reports.reporterId, userId))
  await forgetPublished(tx, userId)
}
