import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import { maySeeEarnings } from '../policy.ts'
import { earningsByGig } from './earning-store.ts'
import { orderPayout, orderPayoutStatus } from './order-payout.ts'

export const earningsResolvers: Resolvers = {
  Order: { payout: ({ id }, _, ctx) => orderPayout(ctx, id) },

  OrderPayout: {
    gross: ({ grossMinor: amountMinor, currency }) => ({ amountMinor, currency }),
    fee: ({ feeMinor: amountMinor, currency }) => ({ amountMinor, currency }),
    net: ({ grossMinor, feeMinor, currency }) => ({ amountMinor: grossMinor - feeMinor, currency }),
    takenBack: ({ takenBackMinor: amountMinor, currency }) => ({ amountMinor, currency }),
    pending: ({ pendingMinor: amountMinor, currency }) => ({ amountMinor, currency }),
    status: orderPayoutStatus,
  },

  Gig: {
    __resolveReference: ({ id }) => ({ id }),
    revenue: async ({ id }, { currency }, ctx) => {
      const earned = (await load(ctx, earningsByGig, id)) ?? []
      return earned.find((each) => each.currency === currency && maySeeEarnings(ctx.viewer, each.sellerId)) ?? null
    },
  },

  GigRevenue: {
    gross: ({ grossMinor: amountMinor, currency }) => ({ amountMinor, currency }),
    fees: ({ feeMinor: amountMinor, currency }) => ({ amountMinor, currency }),
    net: ({ grossMinor, feeMinor, currency }) => ({ amountMinor: grossMinor - feeMinor, currency }),
  },
}
