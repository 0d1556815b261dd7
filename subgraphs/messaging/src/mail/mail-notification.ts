import { transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'
import type { NotificationRow } from '../notification/notification.ts'
import { savePerson } from '../people/people-store.ts'
import { isTimeZone } from '../people/time-zone.ts'
import { claimDigest, claimNotification, closeNotifications, releaseNotifications } from './mail-store.ts'
import { findOptionalReader, type Reader, sendMail } from './send-mail.ts'

/** Who saw it in the product meanwhile needs no mail. (What is not wanted there is read from the beginning.) */
const isSeen = ({ readAt, createdAt }: NotificationRow): boolean => readAt !== null && readAt > createdAt

/** The next digest comes by the clock of where the reader lives now. */
const rememberHome = async ({ db }: Context, { id, timeZone }: Reader): Promise<void> => {
  if (isTimeZone(timeZone)) await transaction(db, (tx) => savePerson(tx, id, { homeTimeZone: timeZone }))
}

/** Sends taken notifications as one mail, or gives them back when the mail server refuses. */
const send = async (
  ctx: Context,
  taken: readonly NotificationRow[],
  content: Pick<Parameters<typeof sendMail>[2], 'mail' | 'values' | 'quoted' | 'link'>,
): Promise<void> => {
  const [first] = taken
  if (!first) return
  const ids = taken.map(({ id }) => id)
  try {
    const reader = await findOptionalReader(ctx, first.userId)
    if (reader) await sendMail(ctx, reader, { ...content, category: first.category, messageId: first.id })
    if (reader && first.mailAs === 'DIGEST') await rememberHome(ctx, reader)
    await closeNotifications(ctx.db, ids, reader ? ctx.clock.now() : null)
  } catch (error) {
    await releaseNotifications(ctx, ids)
    throw error
  }
}

/** Mails one notification if it is due, once: whoever comes second finds it taken or sent. */
export const mailNotification = async (ctx: Context, notificationId: string): Promise<void> => {
  const notification = await claimNotification(ctx, notificationId)
  if (!notification) return
  if (isSeen(notification)) return closeNotifications(ctx.db, [notification.id], null)
  const { title, body, link } = notification
  await send(ctx, [notification], { mail: 'notification', values: { title }, quoted: [body], link })
}

/** Mails somebody all that has gathered for their digest. */
export const mailDigest = async (ctx: Context, userId: string): Promise<void> => {
  const taken = await claimDigest(ctx, userId)
  const seen = taken.filter(isSeen)
  if (seen.length > 0)
    await closeNotifications(
      ctx.db,
      seen.map(({ id }) => id),
      null,
    )
  const unseen = taken.filter((notification) => !isSeen(notification))
  // Who wants no notifications of messages in the product has one for each.
  const quoted = [...new Set(unseen.map(({ title, body }) => `${title}: ${body}`))]
  await send(ctx, unseen, {
    mail: quoted.length === 1 ? 'digestOfOne' : 'digest',
    values: { count: String(quoted.length) },
    quoted,
    link: '/notifications',
  })
}
