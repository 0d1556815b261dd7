import { after } from '@gigraph/shared/time'
import type { windows } from '../tables.ts'

export type WindowRow = typeof windows.$inferSelect

/** Sides of an order. */
export type Side = 'BUYER' | 'SELLER'

/** What an API key needs to write for somebody on that side: what it needs to act on their orders. */
export const scopeOf = (side: Side): string => (side === 'BUYER' ? 'orders:place' : 'orders:work')

/** How long both sides may write after the order ended. */
export const WINDOW_LENGTH = '14d'

/** When those who have not written yet are reminded, after the window opened. */
export const REMINDERS = ['3d', '12d'] as const

/** How many reminders are past at an instant. */
export const remindersBy = ({ opensAt }: Pick<WindowRow, 'opensAt'>, now: Date): number =>
  REMINDERS.filter((reminder) => after(opensAt, reminder) <= now).length

/** The side on which a person stands; null for strangers. */
export const sideOf = (window: Pick<WindowRow, 'buyerId' | 'sellerId'>, userId: string): Side | null => {
  if (userId === window.buyerId) return 'BUYER'
  return userId === window.sellerId ? 'SELLER' : null
}

/** Whether that side may still write at an instant. */
export const isOpenFor = (window: WindowRow, side: Side, now: Date): boolean =>
  window.closedAt === null && now < window.closesAt && (window.open === 'BOTH' || side === 'BUYER')

/** The person on the other side. */
export const revieweeOf = (window: Pick<WindowRow, 'buyerId' | 'sellerId'>, side: Side): string =>
  side === 'BUYER' ? window.sellerId : window.buyerId
