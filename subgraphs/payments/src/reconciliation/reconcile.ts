import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { checkLedger } from '../ledger/ledger-check.ts'
import { storeWebhook } from '../webhook/receive-webhook.ts'
import { findOptionalReconciliation, saveReconciliation } from './reconciliation-store.ts'

/** Stripe lists events for 30 days (https://docs.stripe.com/api/events/list). */
const LONGEST = '-30d'
/** Events may become visible late; what was looked at is looked at again. */
const OVERLAP = '-1d'

/**
 * Finds the platform's events at Stripe that never arrived and stores them as if they had. The first time it looks 30 days
 * back, later from a day before the last time. Sellers' own accounts have events of their own; the hourly look at payouts asks
 * about those. Answers how many were missing.
 */
export const reconcileEvents = async (ctx: Context): Promise<number> => {
  const startedAt = ctx.clock.now()
  const last = await findOptionalReconciliation(ctx.db)
  const earliest = after(startedAt, LONGEST).getTime()
  const since = Math.max(earliest, last ? after(last, OVERLAP).getTime() : earliest)
  let missing = 0
  const listed = ctx.stripe.events.list({ limit: 100, created: { gte: Math.floor(since / 1_000) } })
  for await (const event of listed) if (await storeWebhook(ctx, event)) missing += 1
  if (missing > 0) ctx.log.warn({ missing }, 'events of Stripe had not arrived; they are processed now')
  await saveReconciliation(ctx.db, startedAt)
  return missing
}

/** Tests the ledger; what is broken is an error in the log, which operations is woken by. */
export const audit = async (ctx: Context): Promise<void> => {
  const broken = (await checkLedger(ctx)).invariants.filter(({ violations }) => violations > 0)
  if (broken.length > 0) ctx.log.error({ broken }, 'the ledger is broken')
}
