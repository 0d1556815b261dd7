import { transaction } from '@gigraph/shared/database'
import { bind } from '@gigraph/shared/service'
import type { Context } from '../context.ts'
import { reviewReminderDue } from '../events.ts'
import { publishWindow } from '../review/publish-window.ts'
import { listReviewsOfOrder } from '../review/review-store.ts'
import { recomputeSummaries } from '../summary/recompute-summaries.ts'
import { isOpenFor, type Side } from '../window/window.ts'
import { findOptionalWindowForUpdate, listDueOrderIds } from '../window/window-store.ts'
import { checkSummaries } from './check-summaries.ts'
import { publishDueReviews } from './publish-due-reviews.ts'
import { remindReviewers } from './remind-reviewers.ts'

const { implementJob } = bind<Context>()
const BATCH = 500

export const jobs = [
  implementJob(publishDueReviews, async (ctx) => {
    for (const orderId of await listDueOrderIds(ctx, BATCH))
      await transaction(ctx.db, async (tx) => {
        const window = await findOptionalWindowForUpdate(tx, orderId)
        if (window && !window.closedAt) await publishWindow(ctx, tx, window)
      })
  }),

  implementJob(remindReviewers, (ctx, { orderId }) =>
    transaction(ctx.db, async (tx) => {
      const window = await findOptionalWindowForUpdate(tx, orderId)
      if (!window) return
      const written = new Set((await listReviewsOfOrder(tx, orderId)).map((review) => review.side))
      for (const side of ['BUYER', 'SELLER'] satisfies Side[])
        if (!written.has(side) && isOpenFor(window, side, ctx.clock.now()))
          await ctx.publish(tx, reviewReminderDue, {
            orderId,
            userId: side === 'BUYER' ? window.buyerId : window.sellerId,
            closesAt: window.closesAt.toISOString(),
          })
    }),
  ),

  implementJob(checkSummaries, async (ctx) => {
    const mended = await recomputeSummaries(ctx)
    if (mended > 0) ctx.log.error({ mended }, 'rating summaries were wrong and have been mended')
  }),
]
