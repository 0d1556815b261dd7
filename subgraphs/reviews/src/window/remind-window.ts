import type { Transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'
import { isErased } from '../erasure/erased-users.ts'
import { reviewReminderDue } from '../events.ts'
import { listReviewsOfOrder } from '../review/review-store.ts'
import { isOpenFor, remindersBy, type Side, type WindowRow } from './window.ts'
import { saveRemindersPast } from './window-store.ts'

const SIDES: readonly Side[] = ['BUYER', 'SELLER']

/**
 * Reminds each side that may write and has not; who was late for the first reminder and the second gets one. What one gets never depends on
 * what the other side has done. The window must be locked.
 */
export const remindWindow = async (ctx: Context, tx: Transaction, window: WindowRow): Promise<void> => {
  const now = ctx.clock.now()
  const past = remindersBy(window, now)
  if (past <= window.remindersPast) return
  await saveRemindersPast(tx, window.orderId, past)
  const written = new Set((await listReviewsOfOrder(tx, window.orderId)).map((review) => review.side))
  for (const side of SIDES) {
    const userId = side === 'BUYER' ? window.buyerId : window.sellerId
    if (written.has(side) || !isOpenFor(window, side, now) || (await isErased(tx, userId))) continue
    await ctx.publish(tx, reviewReminderDue, {
      orderId: window.orderId,
      userId,
      closesAt: window.closesAt.toISOString(),
    })
  }
}
