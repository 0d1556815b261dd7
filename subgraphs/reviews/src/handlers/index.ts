import { userDeleted } from '@gigraph/identity/events'
import { orderCompleted, orderResolved } from '@gigraph/orders/events'
import { toolUsed } from '@gigraph/payments/events'
import { bind } from '@gigraph/shared/service'
import type { Context } from '../context.ts'
import { eraseUser } from '../erasure/erase-user.ts'
import { isErased } from '../erasure/erased-users.ts'
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

  handle(toolUsed, 'remember-user', async (_, tx, { toolId, userId }, { occurredAt }) => {
    if (!(await isErased(tx, userId))) await insertToolUser(tx, { toolId, userId, firstUsedAt: occurredAt })
  }),

  handle(userDeleted, 'forget-author', (ctx, tx, { userId }) => eraseUser(ctx, tx, userId)),
]
