import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { tellRead } from '../live/topics.ts'
import type { NotificationRow } from './notification.ts'
import { countUnreadNotifications, listOwnNotifications, readNotifications } from './notification-store.ts'

const markNotificationsReadInput = z.object({
  ids: z
    .array(z.uuid({ error: 'This is no notification.' }))
    .max(100, { error: 'Name at most 100; without ids all are marked.' })
    .nullish(),
})

interface Marked {
  readonly unreadNotificationCount: number
  /** Those that were named; null: all were marked. */
  readonly notifications: readonly NotificationRow[] | null
}

/** Marks the viewer's notifications as read; others' ids change nothing. The viewer's other devices hear of it. */
export const markNotificationsRead = async (ctx: Context, input: unknown): Promise<Result<Marked>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(markNotificationsReadInput, input)
  if (!parsed.ok) return parsed
  const { ids } = parsed.value
  return transaction(ctx.db, async (tx) => {
    await readNotifications(tx, viewer.id, ids, ctx.clock.now())
    tellRead(ctx, tx, viewer.id)
    return ok({
      unreadNotificationCount: await countUnreadNotifications(tx, viewer.id),
      notifications: ids ? await listOwnNotifications(tx, viewer.id, ids) : null,
    })
  })
}
