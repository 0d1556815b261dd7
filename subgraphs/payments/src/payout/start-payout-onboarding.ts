import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { ok, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { sayWhenAway } from '../stripe/open-stripe.ts'
import { lockPayoutAccount, savePayoutAccount } from './payout-store.ts'

/** Stripe's page on which a seller says who they are and where their money goes. */
export interface Onboarding {
  readonly url: string
  readonly expiresAt: Date
}

/**
 * Answers Stripe's page for the seller; makes their Connect account when there is none. It may be called again for another
 * link or to correct what Stripe asks for.
 */
export const startPayoutOnboarding = async (ctx: Context): Promise<Result<Onboarding>> => {
  const viewer = requireViewer(ctx)
  requireScope(viewer, 'payouts:request')
  const account = await transaction(ctx.db, (tx) => lockPayoutAccount(tx, viewer.id, ctx.clock.now()))
  const stripeAccountId = account.stripeAccountId ?? (await createAccount(ctx, viewer.id))
  const link = await ctx.stripe.accountLinks
    .create({
      account: stripeAccountId,
      type: 'account_onboarding',
      refresh_url: new URL('/payouts?onboarding=again', ctx.config.APP_URL).href,
      return_url: new URL('/payouts?onboarding=done', ctx.config.APP_URL).href,
    })
    .catch(sayWhenAway)
  return ok({ url: link.url, expiresAt: new Date(link.expires_at * 1_000) })
}

/** Once per seller: their id is the key. Payouts are ours to order, so Stripe makes none by itself. */
const createAccount = async (ctx: Context, userId: string): Promise<string> => {
  const account = await ctx.stripe.accounts
    .create(
      {
        type: 'express',
        capabilities: { transfers: { requested: true } },
        settings: { payouts: { schedule: { interval: 'manual' } } },
        metadata: { userId },
      },
      { idempotencyKey: `account-${userId}` },
    )
    .catch(sayWhenAway)
  await savePayoutAccount(ctx.db, { userId }, { stripeAccountId: account.id })
  return account.id
}
