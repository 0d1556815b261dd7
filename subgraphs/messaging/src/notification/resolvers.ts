import { requireViewer } from '@gigraph/shared/auth'
import { notFound, payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import { conversationsById } from '../conversation/conversation-store.ts'
import { followNotifications, followUnread } from '../live/subscribe.ts'
import type { NotificationSignal } from '../live/topics.ts'
import { peopleById } from '../people/people-store.ts'
import { markNotificationsRead } from './mark-notifications-read.ts'
import { type Channel, modeOf } from './notification.ts'
import {
  countUnreadNotifications,
  listNotifications,
  listPreferences,
  notificationsById,
} from './notification-store.ts'
import { sendNotification } from './send-notification.ts'
import { categories } from './tables.ts'
import { updateNotificationPreferences } from './update-preferences.ts'
import { settingsOf, updateNotificationSettings } from './update-settings.ts'

const channels: readonly Channel[] = ['EMAIL', 'IN_APP']

export const notificationResolvers: Resolvers = {
  Mutation: {
    markNotificationsRead: async (_, { input }, ctx) => {
      const marked = await markNotificationsRead(ctx, input)
      return marked.ok
        ? { ...marked.value, userErrors: [] }
        : { unreadNotificationCount: null, notifications: null, userErrors: marked.errors }
    },
    sendNotification: async (_, { input }, ctx) => payload('accepted', await sendNotification(ctx, input)),
    updateNotificationSettings: async (_, { input }, ctx) => {
      const saved = await updateNotificationSettings(ctx, input)
      return saved.ok
        ? { settings: settingsOf(saved.value), userErrors: [] }
        : { settings: null, userErrors: saved.errors }
    },
    updateNotificationPreferences: async (_, { input }, ctx) =>
      payload('preference', await updateNotificationPreferences(ctx, input)),
  },

  Subscription: {
    notificationAdded: {
      subscribe: (_, __, ctx) => followNotifications(ctx),
      resolve: async ({ notificationId }: NotificationSignal, _: object, ctx: Context) => {
        const notification = notificationId && (await load(ctx, notificationsById, notificationId))
        if (!notification) throw notFound('Notification')
        return notification
      },
    },
    viewerUpdated: {
      subscribe: (_, __, ctx) => followUnread(ctx),
      resolve: (_: unknown, __: object, ctx: Context) => ({ id: requireViewer(ctx).id }),
    },
  },

  Notification: {
    order: ({ orderId }) => (orderId ? { id: orderId } : null),
    conversation: ({ conversationId }, _, ctx) =>
      conversationId ? load(ctx, conversationsById, conversationId) : null,
  },

  Viewer: {
    notifications: (_, { filter, ...page }, ctx) => listNotifications(ctx, requireViewer(ctx).id, { ...filter }, page),
    unreadNotificationCount: (_, __, ctx) => countUnreadNotifications(ctx.db, requireViewer(ctx).id),
    notificationSettings: async (_, __, ctx) =>
      settingsOf((await load(ctx, peopleById, requireViewer(ctx).id)) ?? undefined),
    notificationPreferences: async (_, __, ctx) => {
      const chosen = await listPreferences(ctx.db, [requireViewer(ctx).id])
      return categories.flatMap((category) =>
        channels.map((channel) => ({ category, channel, mode: modeOf(chosen, category, channel) })),
      )
    },
  },
}
