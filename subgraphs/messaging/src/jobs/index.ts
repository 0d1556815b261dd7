import { bind } from '@gigraph/shared/service'
import { after } from '@gigraph/shared/time'
import { runReleaseFiles } from '@gigraph/shared/uploads'
import type { Context } from '../context.ts'
import { mailDigest, mailNotification } from '../mail/mail-notification.ts'
import { listDueMails } from '../mail/mail-store.ts'
import { mailUnread } from '../mail/mail-unread.ts'
import { releaseFiles } from '../message/release-files.ts'
import { listStalledAnnouncements } from '../notification/announcement-store.ts'
import { tellRole } from '../notification/tell-role.ts'
import { deliver } from '../webhook/deliver.ts'
import { forget, sweep } from '../webhook/sweep.ts'
import {
  announce,
  deliverWebhook,
  forgetWebhooks,
  mailUnreadMessages,
  sendDueMails,
  sendNotificationMail,
  sweepWebhooks,
} from './definitions.ts'

const { implementJob } = bind<Context>()
const BATCH = 200
/** An announcement that is not complete by then goes on without its own job. */
const STALLED = '10m'

/** One mail that fails keeps no other from being sent; the job fails in the end and is tried again. */
const eachOf = async <Item>(items: readonly Item[], send: (item: Item) => Promise<void>): Promise<unknown[]> => {
  const faults: unknown[] = []
  for (const item of items) await send(item).catch((error: unknown) => faults.push(error))
  return faults
}

export const jobs = [
  implementJob(releaseFiles, runReleaseFiles),

  implementJob(sendNotificationMail, (ctx, { notificationId }) => mailNotification(ctx, notificationId)),

  implementJob(mailUnreadMessages, mailUnread),

  implementJob(deliverWebhook, (ctx, { deliveryId }) => deliver(ctx, deliveryId)),

  implementJob(sweepWebhooks, sweep),

  implementJob(forgetWebhooks, forget),

  implementJob(announce, (ctx, { announcementId }) => tellRole(ctx, announcementId)),

  implementJob(sendDueMails, async (ctx) => {
    const due = await listDueMails(ctx, BATCH)
    const stalled = await listStalledAnnouncements(ctx.db, after(ctx.clock.now(), `-${STALLED}`), BATCH)
    const faults = [
      ...(await eachOf(due.digestsOf, (userId) => mailDigest(ctx, userId))),
      ...(await eachOf(due.notificationIds, (id) => mailNotification(ctx, id))),
      ...(await eachOf(due.parts, (part) => mailUnread(ctx, part))),
      ...(await eachOf(stalled, (id) => tellRole(ctx, id))),
    ]
    if (faults.length > 0) throw new AggregateError(faults, `${faults.length} mails or announcements could not be sent`)
  }),
]
