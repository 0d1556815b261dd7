import type { Transaction } from '@gigraph/shared/database'
import { type Batch, indexBy } from '@gigraph/shared/graphql'
import { type Duration, milliseconds } from '@gigraph/shared/time'
import { and, asc, eq, gt, inArray, isNull, lte, notExists, or } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { reviews, windows } from '../tables.ts'
import { REMINDERS, type WindowRow } from './window.ts'

/** Opens a window; a second event about the same order changes nothing. Answers whether it is new. */
export const insertWindow = async (tx: Transaction, window: WindowRow): Promise<boolean> => {
  const inserted = await tx.insert(windows).values(window).onConflictDoNothing().returning({ id: windows.orderId })
  return inserted.length > 0
}

/** The window, locked until the transaction ends: both sides' writing takes turns. */
export const findOptionalWindowForUpdate = async (tx: Transaction, orderId: string): Promise<WindowRow | null> => {
  const [row] = await tx.select().from(windows).where(eq(windows.orderId, orderId)).for('update')
  return row ?? null
}

export const closeWindow = (tx: Transaction, orderId: string, at: Date) =>
  tx.update(windows).set({ closedAt: at }).where(eq(windows.orderId, orderId))

/** Orders whose time is over but whose reviews are not published yet. */
export const listDueOrderIds = async ({ db, clock }: Context, limit: number): Promise<string[]> => {
  const due = await db
    .select({ orderId: windows.orderId })
    .from(windows)
    .where(and(isNull(windows.closedAt), lte(windows.closesAt, clock.now())))
    .orderBy(asc(windows.closesAt))
    .limit(limit)
  return due.map((row) => row.orderId)
}

const before = (instant: Date, duration: Duration): Date => new Date(instant.getTime() - milliseconds(duration))

/** Orders of open windows of which a reminder is due that nobody was sent. */
export const listOrderIdsToRemind = async ({ db, clock }: Context, limit: number): Promise<string[]> => {
  const now = clock.now()
  const due = await db
    .select({ orderId: windows.orderId })
    .from(windows)
    .where(
      and(
        isNull(windows.closedAt),
        gt(windows.closesAt, now),
        or(
          ...REMINDERS.map((reminder, past) =>
            and(eq(windows.remindersPast, past), lte(windows.opensAt, before(now, reminder))),
          ),
        ),
      ),
    )
    .orderBy(asc(windows.closesAt))
    .limit(limit)
  return due.map((row) => row.orderId)
}

/** Notes how many reminders of an order are past. */
export const saveRemindersPast = (tx: Transaction, orderId: string, remindersPast: number) =>
  tx.update(windows).set({ remindersPast }).where(eq(windows.orderId, orderId))

export const windowsByOrder: Batch<Context, string, WindowRow> = async ({ db }, orderIds) =>
  indexBy(
    await db
      .select()
      .from(windows)
      .where(inArray(windows.orderId, [...orderIds])),
    (window) => window.orderId,
  )

/** Open windows in which the user has not written, most urgent first. */
export const listPending = ({ db, clock }: Context, userId: string): Promise<WindowRow[]> =>
  db
    .select()
    .from(windows)
    .where(
      and(
        isNull(windows.closedAt),
        gt(windows.closesAt, clock.now()),
        or(eq(windows.buyerId, userId), and(eq(windows.sellerId, userId), eq(windows.open, 'BOTH'))),
        notExists(
          db
            .select()
            .from(reviews)
            .where(and(eq(reviews.orderId, windows.orderId), eq(reviews.reviewerId, userId))),
        ),
      ),
    )
    .orderBy(asc(windows.closesAt))
    .limit(100)
