import { transaction } from '@gigraph/shared/database'
import { after } from '@gigraph/shared/time'
import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { oneByOne } from '../jobs/one-by-one.ts'
import { isRefusal, KEY_LIFETIME } from '../stripe/open-stripe.ts'
import {
  findOptionalPayoutAccount,
  findPayout,
  findPayoutForUpdate,
  listWaitingPayouts,
  savePayout,
} from './payout-store.ts'
import { recordPayoutFailure, recordPayoutPaid } from './record-payout.ts'
import { syncAccount } from './sync-account.ts'
import type { PayoutRow } from './tables.ts'

/**
 * Sends a payout: money of the platform to the seller's Stripe account, from there to their bank. Every step is noted before
 * the next and has its own idempotency key, so that it can be repeated from anywhere.
 *
 * @throws when the platform's own money at Stripe is not there yet: the job tries again
 */
export const sendPayoutToBank = async (ctx: Context, payoutId: string): Promise<void> => {
  const payout = await markSent(ctx, payoutId)
  if (!payout) return
  const known = await findOptionalPayoutAccount(ctx.db, payout.userId)
  const account = known?.stripeAccountId ? await syncAccount(ctx, known.stripeAccountId) : undefined
  if (!account?.stripeAccountId || !account.payoutsEnabled)
    return takeBack(ctx, payout, 'Stripe does not pay out to this account at the moment.')
  const destination = account.stripeAccountId
  const transferred = payout.transferId ? payout : await transfer(ctx, payout, destination)
  await payToBank(ctx, transferred, destination)
}

/** From here on nobody can hold it any more. Undefined: it is held, settled, or at the bank already. */
const markSent = (ctx: Context, payoutId: string): Promise<PayoutRow | undefined> =>
  transaction(ctx.db, async (tx) => {
    const payout = await findPayoutForUpdate(tx, payoutId)
    if (payout.state === 'REQUESTED') return savePayout(tx, payoutId, { state: 'SENT' })
    return payout.state === 'SENT' && !payout.stripePayoutId ? payout : undefined
  })

/** Whether Stripe may have forgotten what an earlier try has made, and its key: then it is looked for first. */
const mayBeForgotten = ({ clock }: Context, { requestedAt }: PayoutRow): boolean =>
  requestedAt < after(clock.now(), KEY_LIFETIME)

const transfer = async (ctx: Context, payout: PayoutRow, destination: string): Promise<PayoutRow> => {
  const { id: payoutId, amountMinor: amount, currency, attempt } = payout
  try {
    const { data } = mayBeForgotten(ctx, payout)
      ? await ctx.stripe.transfers.list({ transfer_group: payoutId, limit: 1 })
      : { data: [] }
    const [before] = data
    if (before) return await savePayout(ctx.db, payoutId, { transferId: before.id })
    const made = await ctx.stripe.transfers.create(
      { amount, currency: currency.toLowerCase(), destination, metadata: { payoutId }, transfer_group: payoutId },
      { idempotencyKey: `transfer-${payoutId}-${attempt}` },
    )
    return await savePayout(ctx.db, payoutId, { transferId: made.id })
  } catch (error) {
    // Stripe keeps a refusal under its key; the next try needs another one.
    if (isRefusal(error)) await savePayout(ctx.db, payoutId, { attempt: attempt + 1 })
    throw error
  }
}

const payToBank = async (ctx: Context, payout: PayoutRow, stripeAccount: string): Promise<void> => {
  const { id: payoutId, amountMinor: amount, currency } = payout
  const before = mayBeForgotten(ctx, payout) ? await paidBefore(ctx, payout, stripeAccount) : undefined
  if (before) return void (await savePayout(ctx.db, payoutId, { stripePayoutId: before }))
  const made = await ctx.stripe.payouts
    .create(
      { amount, currency: currency.toLowerCase(), metadata: { payoutId } },
      { stripeAccount, idempotencyKey: `payout-${payoutId}` },
    )
    .catch((error: unknown) => {
      if (!isRefusal(error)) throw error
      return error
    })
  if (made instanceof Error) return takeBack(ctx, payout, made.code ?? made.message)
  await savePayout(ctx.db, payoutId, { stripePayoutId: made.id })
}

const paidBefore = async ({ stripe }: Context, { id, requestedAt }: PayoutRow, stripeAccount: string) => {
  const created = { gte: Math.floor(requestedAt.getTime() / 1_000) }
  for await (const made of stripe.payouts.list({ created, limit: 100 }, { stripeAccount }))
    if (made.metadata?.payoutId === id) return made.id
  return undefined
}

/** Returns what was transferred to the platform, then the payout to the seller's available balance. */
const takeBack = async (ctx: Context, { id, transferId }: PayoutRow, reason: string): Promise<void> => {
  const isThere = transferId !== null && !(await ctx.stripe.transfers.retrieve(transferId)).reversed
  if (isThere) await ctx.stripe.transfers.createReversal(transferId, {}, { idempotencyKey: `reversal-${id}` })
  await recordPayoutFailure(ctx, id, reason)
}

/** Brings a payout to where its payout at Stripe is. */
export const syncPayout = async (ctx: Context, stripePayoutId: string, stripeAccount: string | null): Promise<void> => {
  if (!stripeAccount) return
  const at: Stripe.Payout = await ctx.stripe.payouts.retrieve(stripePayoutId, {}, { stripeAccount })
  const payoutId = at.metadata?.payoutId
  if (!payoutId) return
  if (at.status === 'paid') return recordPayoutPaid(ctx, payoutId)
  if (at.status !== 'failed' && at.status !== 'canceled') return
  const payout = await findPayout(ctx.db, payoutId)
  if (payout.state !== 'FAILED') await takeBack(ctx, payout, at.failure_code ?? at.status)
}

const BATCH = 200

/** Sends what still waits, and asks about what was sent an hour ago. */
export const sendAllWaiting = async (ctx: Context): Promise<void> => {
  const before = after(ctx.clock.now(), '-1h')
  await oneByOne(ctx, await listWaitingPayouts(ctx.db, ['REQUESTED', 'SENT'], before, BATCH), {
    work: (payout) => resume(ctx, payout),
    failed: ({ id: payoutId }) => ({ payoutId }),
  })
}

const resume = async (ctx: Context, payout: PayoutRow): Promise<void> => {
  if (!payout.stripePayoutId) return sendPayoutToBank(ctx, payout.id)
  const account = await findOptionalPayoutAccount(ctx.db, payout.userId)
  await syncPayout(ctx, payout.stripePayoutId, account?.stripeAccountId ?? null)
}
