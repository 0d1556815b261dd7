import type { Context } from '../context.ts'
import { savePayoutAccount } from './payout-store.ts'
import type { PayoutAccountRow } from './tables.ts'

/** Brings the mirror of a seller's account to where it is at Stripe. Undefined for accounts that are not ours. */
export const syncAccount = async (ctx: Context, stripeAccountId: string): Promise<PayoutAccountRow | undefined> => {
  const account = await ctx.stripe.accounts.retrieve(stripeAccountId)
  return savePayoutAccount(
    ctx.db,
    { stripeAccountId },
    {
      detailsSubmitted: account.details_submitted ?? false,
      payoutsEnabled: (account.payouts_enabled ?? false) && account.capabilities?.transfers === 'active',
      disabledReason: account.requirements?.disabled_reason ?? null,
    },
  )
}
