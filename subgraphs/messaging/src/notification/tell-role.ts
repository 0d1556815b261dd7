import { transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'
import { announce } from '../jobs/definitions.ts'
import { findOptionalOpenAnnouncement, listNextListeners, saveAnnouncement } from './announcement-store.ts'
import { notify } from './notify.ts'

/** How many people hear of it in one transaction. */
const PAGE = 200

/** Tells the next people of an announcement's role. How far it came stands with it: a repeated job tells nobody twice. */
export const tellRole = (ctx: Context, announcementId: string): Promise<void> =>
  transaction(ctx.db, async (tx) => {
    const announcement = await findOptionalOpenAnnouncement(tx, announcementId)
    if (!announcement) return
    const { category, title, body, link } = announcement
    const userIds = await listNextListeners(tx, announcement, PAGE)
    await notify(
      ctx,
      tx,
      userIds.map((userId) => ({ userId, category, title, body, link })),
    )
    const last = userIds.length < PAGE
    await saveAnnouncement(tx, announcementId, {
      toldUserId: userIds.at(-1) ?? announcement.toldUserId,
      completedAt: last ? ctx.clock.now() : null,
    })
    if (!last) await ctx.enqueue(tx, announce, { announcementId })
  })
