import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { checkLedger } from '../ledger/ledger-check.ts'
import { storeWebhook } from '../webhook/receive-webhook.ts'
import { bookMissedMovements } from './book-missed-movements.ts'
import { findOptionalReconciliation, saveReconciliation } from './reconciliation-store.ts'

/** Stripe lists events for 30 days (https://docs.stripe.com/api/events/list). */
const LONGEST = '-30d'
/** Events may become visible late; what was looked at is looked at again. */
const OVERLAP = '-1d'

/** Younger movements have events that are on their way. */
const SETTLED = '-1h'

const seconds = (at: Date): number => Math.floor(at.getTime() / 1_000)

/**
 * Holds what Stripe knows against what is known here: events that never arrived are stored as if they had, and movements on the
 * platform's balance that are not in the books are booked. The first time it looks 30 days back, later from a day before the last
 * time. Sellers' own accounts have events of their own; the hourly look at payouts asks about those.
 */
export const reconcileAll = async (ctx: Context): Promise<{ readonly events: number; readonly movements: number }> => {
  const startedAt = ctx.clock.now()
  const last = await findOptionalReconciliation(ctx.db)
  const gte = Math.max(seconds(after(startedAt, LONGEST)), last ? seconds(after(last, OVERLAP)) : 0)
  const events = await storeMissedEvents(ctx, gte)
  const movements = await bookMissedMovements(ctx, { gte, lt: seconds(after(startedAt, SETTLED)) })
  await saveReconciliation(ctx.db, startedAt)
  return { events, movements }
}

const storeMissedEvents = async (ctx: Context, gte: number): Promise<number> => {
  let missing = 0
  const listed = ctx.stripe.events.list({ limit: 100, created: { gte } })
  for await (const event of listed) if (await storeWebhook(ctx, event)) missing += 1
  if (missing > 0) ctx.log.warn({ missing }, 'events of Stripe had not arrived; they are processed now')
  return missing
}

/** Tests the ledger; what is broken is an error in the log, which operations is woken by. */
export const audit = async (ctx: Context): Promise<void> => {
  const broken = (await checkLedger(ctx)).invariants.filter(({ violations }) => violations > 0)
  if (broken.length > 0) ctx.log.error({ broken }, 'the ledger is broken')
}
