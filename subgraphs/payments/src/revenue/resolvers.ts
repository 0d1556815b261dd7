import type { Resolvers } from '../__generated__/schema.ts'
import { revenueStats } from './revenue-stats.ts'

export const revenueResolvers: Resolvers = {
  Query: { revenueStats: (_, { input }, ctx) => revenueStats(ctx, input) },

  RevenueBucket: {
    gig: ({ gigId }) => (gigId ? { id: gigId } : null),
    tool: ({ toolId }) => (toolId ? { id: toolId } : null),
    gross: ({ grossMinor: amountMinor, currency }) => ({ amountMinor, currency }),
    fees: ({ feeMinor: amountMinor, currency }) => ({ amountMinor, currency }),
    net: ({ grossMinor, feeMinor, currency }) => ({ amountMinor: grossMinor - feeMinor, currency }),
    uses: ({ count }) => count,
  },
}
