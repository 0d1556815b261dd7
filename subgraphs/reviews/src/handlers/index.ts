import { userDeleted } from '@gigraph/identity/events'
import { orderCompleted, orderResolved } from '@gigraph/orders/events'
import { toolUsed } from '@gigraph/payments/events'
import { forgetPublished } from '@gigraph/shared/events'
import { bind } from '@gigraph/shared/service'
import { eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { reports, reviews, toolFeedback, toolUsers } from '../tables.ts'
import { insertToolUser } from '../tool-feedback/tool-feedback-store.ts'
import { openWindow } from '../window/open-window.ts'

const { handle } = bind<Context>()

/** Reactions to what happens elsewhere. A cancelled order opens no window. */
export const handlers = [
  handle(orderCompleted, 'open-window', (ctx, tx, order, { occurredAt }) =>
    openWindow(ctx, tx, { ...order, open: 'BOTH' }, occurredAt),
  ),

  handle(orderResolved, 'open-window', (ctx, tx, order, { occurredAt }) =>
    openWindow(ctx, tx, { ...order, open: 'BUYER' }, occurredAt),
  ),

  handle(toolUsed, 'remember-user', (_, tx, { toolId, userId }, { occurredAt }) =>
    insertToolUser(tx, { toolId, userId, firstUsedAt: occurredAt }),
  ),

  handle(userDeleted, 'forget-author', async (_, tx, { userId }) => {
    await tx.update(reviews).set({ reviewerId: null, privateNote: null }).where(eq(reviews.reviewerId, userId))
    await tx.update(reviews).set({ reply: null, repliedAt: null }).where(eq(reviews.revieweeId, userId))
    await tx.update(toolFeedback).set({ userId: null }).where(eq(toolFeedback.userId, userId))
    await tx.delete(toolUsers).where(eq(toolUsers.userId, userId))
    await tx.delete(reports).where(eq(reports.reporterId, userId))
    await forgetPublished(tx, userId)
  }),
]
