import type { Transaction } from '@gigraph/shared/database'
import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { publishDueReviews } from '../jobs/publish-due-reviews.ts'
import { remindReviewers } from '../jobs/remind-reviewers.ts'
import { REMINDERS, WINDOW_LENGTH, type WindowRow } from './window.ts'
import { insertWindow } from './window-store.ts'

type FinishedOrder = Pick<WindowRow, 'orderId' | 'title' | 'buyerId' | 'sellerId' | 'gigId' | 'open'>

/** Lets the sides of a finished order review each other, and orders what becomes due: reminders and the end. */
export const openWindow = async (ctx: Context, tx: Transaction, order: FinishedOrder, opensAt: Date): Promise<void> => {
  const closesAt = after(opensAt, WINDOW_LENGTH)
  const opened = await insertWindow(tx, { ...order, opensAt, closesAt, closedAt: null, remindersPast: 0 })
  if (!opened) return
  for (const reminder of REMINDERS) await ctx.enqueue(tx, remindReviewers, {}, { at: after(opensAt, reminder) })
  await ctx.enqueue(tx, publishDueReviews, {}, { at: closesAt })
}
