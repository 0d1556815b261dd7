import { noteAct } from '@gigraph/shared/audit'
import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { sendPayout } from './jobs.ts'
import {
  findPayoutForUpdate,
  listPayoutsOfUserForUpdate,
  listWaitingPayouts,
  lockPayoutAccount,
  savePayout,
  savePayoutAccount,
} from './payout-store.ts'
import type { PayoutRow } from './tables.ts'

const holdInput = z.object({
  payoutId: z.uuid(),
  reason: z.string().trim().min(1, { error: 'Say why.' }).max(500, { error: 'At most 500 characters.' }),
})
const releaseInput = z.object({ payoutId: z.uuid() })

const requireStaff = (ctx: Context) => requireScope(requireViewer(ctx), 'payouts:write')

/** Stops a payout that has not been sent. */
export const holdPayout = async (ctx: Context, raw: unknown): Promise<Result<PayoutRow>> => {
  requireStaff(ctx)
  const parsed = parseInput(holdInput, raw)
  if (!parsed.ok) return parsed
  const { payoutId, reason } = parsed.value
  return transaction(ctx.db, async (tx) => {
    const payout = await findPayoutForUpdate(tx, payoutId)
    if (payout.state !== 'REQUESTED')
      return fail('INVALID_STATE', 'Only a payout that was not sent yet can be held.', { allowed: [] })
    await noteAct(ctx, tx, {
      ...{ action: 'PAYOUT_HELD', subjectId: payout.userId, object: { kind: 'PAYOUT', id: payoutId }, reason },
      ...{ before: { state: payout.state }, after: { state: 'HELD' } },
    })
    return ok(await savePayout(tx, payoutId, { state: 'HELD', holdReason: reason }))
  })
}

/** Lets a held payout go on. */
export const releasePayout = async (ctx: Context, raw: unknown): Promise<Result<PayoutRow>> => {
  requireStaff(ctx)
  const parsed = parseInput(releaseInput, raw)
  if (!parsed.ok) return parsed
  return transaction(ctx.db, async (tx) => {
    const payout = await findPayoutForUpdate(tx, parsed.value.payoutId)
    if (payout.state !== 'HELD') return fail('INVALID_STATE', 'This payout is not held.', { allowed: ['holdPayout'] })
    if (payout.userId === requireViewer(ctx).id)
      return fail('NOT_ALLOWED', 'Somebody else has to let your own payout go on.')
    await noteAct(ctx, tx, {
      ...{ action: 'PAYOUT_RELEASED', subjectId: payout.userId, object: { kind: 'PAYOUT', id: payout.id } },
      ...{ before: { state: 'HELD', reason: payout.holdReason }, after: { state: 'REQUESTED' } },
    })
    return ok(await goOn(ctx, tx, payout))
  })
}

const goOn = async (ctx: Context, tx: Transaction, { id }: PayoutRow): Promise<PayoutRow> => {
  await ctx.enqueue(tx, sendPayout, { payoutId: id })
  return savePayout(tx, id, { state: 'REQUESTED', holdReason: null })
}

const BATCH = 500

/** Sends every requested payout now instead of at its job's next try. Answers how many. */
export const processPayouts = async (ctx: Context): Promise<number> => {
  requireStaff(ctx)
  const waiting = await listWaitingPayouts(ctx.db, ['REQUESTED'], ctx.clock.now(), BATCH)
  await transaction(ctx.db, async (tx) => {
    for (const { id } of waiting) await ctx.enqueue(tx, sendPayout, { payoutId: id })
    await noteAct(ctx, tx, { action: 'PAYOUTS_PROCESSED', after: { payouts: waiting.length } })
  })
  return waiting.length
}

/** Whether nothing newer was heard of a user's standing; noted then. A reinstatement may arrive before its suspension. */
const isNews = async (ctx: Context, tx: Transaction, { userId, occurredAt }: Standing): Promise<boolean> => {
  const { standingAt } = await lockPayoutAccount(tx, userId, ctx.clock.now())
  if (standingAt && standingAt > occurredAt) return false
  await savePayoutAccount(tx, { userId }, { standingAt: occurredAt })
  return true
}

interface Standing {
  readonly userId: string
  /** When identity changed it. */
  readonly occurredAt: Date
}

/** A suspended user is paid nothing: neither what they have requested nor anything new. */
export const holdPayoutsOf = async (ctx: Context, tx: Transaction, standing: Standing): Promise<void> => {
  if (!(await isNews(ctx, tx, standing))) return
  const { userId } = standing
  await savePayoutAccount(tx, { userId }, { heldAt: ctx.clock.now() })
  for (const payout of await listPayoutsOfUserForUpdate(tx, userId, 'REQUESTED'))
    await savePayout(tx, payout.id, { state: 'HELD', holdReason: SUSPENDED })
}

const SUSPENDED = 'The account is suspended.'

/** What was held because of the suspension goes on; what staff held stays. */
export const releasePayoutsOf = async (ctx: Context, tx: Transaction, standing: Standing): Promise<void> => {
  if (!(await isNews(ctx, tx, standing))) return
  const { userId } = standing
  await savePayoutAccount(tx, { userId }, { heldAt: null })
  for (const payout of await listPayoutsOfUserForUpdate(tx, userId, 'HELD'))
    if (payout.holdReason === SUSPENDED) await goOn(ctx, tx, payout)
}
