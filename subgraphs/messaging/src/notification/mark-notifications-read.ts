import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { countUnreadNotifications, readNotifications } from './notification-store.ts'

const markNotificationsReadInput = z.object({
  ids: z
    .array(z.uuid({ error: 'This is no notification.' }))
    .max(100, { error: 'Name at most 100; without ids all are marked.' })
    .nullish(),
})

/** Marks the viewer's notifications as read and answers how many are unread then; others' ids change nothing. */
export const markNotificationsRead = async (ctx: Context, input: unknown): Promise<Result<number>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(markNotificationsReadInput, input)
  if (!parsed.ok) return parsed
  return transaction(ctx.db, async (tx) => {
    await readNotifications(tx, viewer.id, parsed.value.ids, ctx.clock.now())
    return ok(await countUnreadNotifications(tx, viewer.id))
  })
}
