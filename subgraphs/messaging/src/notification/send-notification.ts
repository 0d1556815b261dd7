import { noteAct } from '@gigraph/shared/audit'
import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { announce } from '../jobs/definitions.ts'
import { insertAnnouncement } from './announcement-store.ts'
import { notify } from './notify.ts'
import { categories } from './tables.ts'

const sendNotificationInput = z.object({
  userIds: z
    .array(z.uuid({ error: 'This is no user.' }))
    .min(1, { error: 'Name at least one user.' })
    .max(500, { error: 'Name at most 500 users.' })
    .nullish(),
  role: z.string().nullish(),
  category: z.enum(categories),
  title: z
    .string()
    .trim()
    .min(3, { error: 'Say in a few words what it is about.' })
    .max(120, { error: 'Write at most 120 characters.' }),
  body: z
    .string()
    .trim()
    .min(3, { error: 'Say what it is about.' })
    .max(2_000, { error: 'Write at most 2,000 characters.' }),
  link: z
    .string()
    .max(500)
    // Not `//host`: it would lead away from the client.
    .regex(/^\/(?!\/)[^\s\\]*$/, { error: 'A link is a page of the client, such as /orders.' }),
})

/** Tells users something in the name of the platform: those who are named at once, all of a role page by page. */
export const sendNotification = async (ctx: Context, input: unknown): Promise<Result<boolean>> => {
  const viewer = requireViewer(ctx)
  requireScope(viewer, 'notifications:write')
  const parsed = parseInput(sendNotificationInput, input)
  if (!parsed.ok) return parsed
  const { userIds, role, ...notice } = parsed.value
  if (Boolean(userIds) === Boolean(role))
    return fail('VALIDATION', 'Give either users or a role.', { field: ['input', 'userIds'] })

  return transaction(ctx.db, async (tx) => {
    if (userIds)
      await notify(
        ctx,
        tx,
        [...new Set(userIds)].map((userId) => ({ ...notice, userId })),
      )
    if (role) {
      const announcementId = ctx.makeId()
      const now = ctx.clock.now()
      await insertAnnouncement(tx, { ...notice, id: announcementId, role, createdBy: viewer.id, createdAt: now })
      await ctx.enqueue(tx, announce, { announcementId })
    }
    const after = { title: notice.title, role: role ?? null, users: userIds?.length ?? null }
    await noteAct(ctx, tx, { action: 'NOTIFICATION_SENT', after })
    return ok(true)
  })
}
