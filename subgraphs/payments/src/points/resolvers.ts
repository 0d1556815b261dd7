import { requireViewer } from '@gigraph/shared/auth'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import { POINTS } from '../ledger/account.ts'
import { balancesOfUsers } from '../ledger/ledger-store.ts'
import { checkoutPayload } from '../payment/checkout-payload.ts'
import { listLines } from '../statement/statement-store.ts'
import { adjustPoints } from './adjust-points.ts'
import { buyPoints } from './buy-points.ts'

export const pointsResolvers: Resolvers = {
  Mutation: {
    buyPoints: async (_, { input }, ctx) => checkoutPayload(await buyPoints(ctx, input)),
    adjustPoints: async (_, { input }, ctx) => {
      const result = await adjustPoints(ctx, input)
      return result.ok ? { user: { id: result.value }, userErrors: [] } : { user: null, userErrors: result.errors }
    },
  },

  Viewer: { points: (_, __, ctx) => ({ userId: requireViewer(ctx).id }) },

  PointsWallet: {
    balance: async ({ userId }, _, ctx) => (await load(ctx, balancesOfUsers, userId))?.get(`points ${POINTS}`) ?? 0,
    history: ({ userId }, page, ctx) => listLines(ctx, { userId, currency: POINTS }, page),
  },
}
