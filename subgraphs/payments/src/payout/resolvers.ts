import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import { holdPayout, processPayouts, releasePayout } from './hold-payout.ts'
import { listPayouts, payoutAccountsOfUsers } from './payout-store.ts'
import { requestPayout } from './request-payout.ts'
import { setPayoutSchedule } from './set-payout-schedule.ts'
import { startPayoutOnboarding } from './start-payout-onboarding.ts'

export const payoutResolvers: Resolvers = {
  Query: {
    payouts: (_, { states, ...page }, ctx) => {
      requireScope(requireViewer(ctx), 'payouts:write')
      return listPayouts(ctx, { states }, page)
    },
  },

  Mutation: {
    startPayoutOnboarding: async (_, __, ctx) => payload('onboarding', await startPayoutOnboarding(ctx)),
    requestPayout: async (_, { input }, ctx) => payload('payout', await requestPayout(ctx, input)),
    setPayoutSchedule: async (_, { input }, ctx) => payload('payoutAccount', await setPayoutSchedule(ctx, input)),
    processPayouts: async (_, __, ctx) => ({ count: await processPayouts(ctx), userErrors: [] }),
    holdPayout: async (_, { input }, ctx) => payload('payout', await holdPayout(ctx, input)),
    releasePayout: async (_, { input }, ctx) => payload('payout', await releasePayout(ctx, input)),
  },

  Payout: {
    user: ({ userId }) => ({ id: userId }),
    amount: ({ amountMinor, currency }) => ({ amountMinor, currency }),
    status: ({ state }) => state,
  },

  Viewer: {
    payoutAccount: (_, __, ctx) => load(ctx, payoutAccountsOfUsers, requireViewer(ctx).id),
    payouts: (_, { states, ...page }, ctx) => listPayouts(ctx, { userId: requireViewer(ctx).id, states }, page),
  },
}
