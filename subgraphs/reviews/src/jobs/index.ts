import { transaction } from '@gigraph/shared/database'
import { bind } from '@gigraph/shared/service'
import type { Context } from '../context.ts'
import { publishWindow } from '../review/publish-window.ts'
import { recomputeSummaries } from '../summary/recompute-summaries.ts'
import { remindWindow } from '../window/remind-window.ts'
import { findOptionalWindowForUpdate, listDueOrderIds, listOrderIdsToRemind } from '../window/window-store.ts'
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

  implementJob(remindReviewers, async (ctx) => {
    for (const orderId of await listOrderIdsToRemind(ctx, BATCH))
      await transaction(ctx.db, async (tx) => {
        const window = await findOptionalWindowForUpdate(tx, orderId)
        if (window) await remindWindow(ctx, tx, window)
      })
  }),

  implementJob(checkSummaries, async (ctx) => {
    const mended = await recomputeSummaries(ctx)
    if (mended > 0) ctx.log.error({ mended }, 'rating summaries were wrong and have been mended')
  }),
]
