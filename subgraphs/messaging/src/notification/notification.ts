import type { categories, notificationPreferences, notifications } from './tables.ts'

export type NotificationRow = typeof notifications.$inferSelect
export type PreferenceRow = typeof notificationPreferences.$inferSelect
export type Category = (typeof categories)[number]
export type Channel = PreferenceRow['channel']
export type Mode = PreferenceRow['mode']

/** Between two mails about one conversation to one person. */
export const MAIL_PAUSE = '15m'

/** Something that one person should know. */
export interface Notice {
  readonly userId: string
  readonly category: Category
  /** In a few words; the subject of the mail. */
  readonly title: string
  readonly body: string
  /** The client's page, from `/` on. */
  readonly link: string
  readonly orderId?: string | null
  readonly conversationId?: string | null
  /** Whose doing it is, when it would reach them only because of that person: who has blocked them is not told. */
  readonly fromId?: string
  /** False: never by mail, because a mail of another kind tells it, or it is not worth one. */
  readonly mailed?: boolean
}

/** How a category arrives for those who have not chosen. */
const defaultMode = (category: Category, channel: Channel): Mode =>
  category === 'MARKETING' && channel === 'EMAIL' ? 'DIGEST' : 'INSTANT'

/** How a category arrives: as chosen, else by default. SECURITY always arrives at once, whatever a table says. */
export const modeOf = (
  preferences: readonly Pick<PreferenceRow, 'category' | 'channel' | 'mode'>[],
  category: Category,
  channel: Channel,
): Mode => {
  if (category === 'SECURITY') return 'INSTANT'
  const chosen = preferences.find((each) => each.category === category && each.channel === channel)
  return chosen?.mode ?? defaultMode(category, channel)
}
