import { requireViewer } from '@gigraph/shared/auth'
import { payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import { declineCustomOffer, withdrawCustomOffer } from './answer-offer.ts'
import { type Offer, statusOf } from './offer.ts'
import { listOf, offerById } from './offer-store.ts'
import { sendCustomOffer } from './send-custom-offer.ts'

/** An offer exists for its two sides only. */
const visible = (ctx: Context, offer: Offer | null): Offer | null =>
  offer && ctx.viewer && [offer.freelancerId, offer.clientId].includes(ctx.viewer.id) ? offer : null

export const offerResolvers: Resolvers = {
  Query: {
    customOffer: async (_, { id }, ctx) => {
      requireViewer(ctx)
      return visible(ctx, await load(ctx, offerById, id))
    },
  },
  Mutation: {
    sendCustomOffer: async (_, { input }, ctx) => payload('customOffer', await sendCustomOffer(ctx, input)),
    withdrawCustomOffer: async (_, { input }, ctx) => payload('customOffer', await withdrawCustomOffer(ctx, input)),
    declineCustomOffer: async (_, { input }, ctx) => payload('customOffer', await declineCustomOffer(ctx, input)),
  },
  Viewer: { customOffers: ({ id }, args, ctx) => listOf(ctx, id, args) },
  CustomOffer: {
    __resolveReference: async ({ id }, ctx) => visible(ctx, await load(ctx, offerById, id)),
    freelancer: ({ freelancerId }) => ({ id: freelancerId }),
    client: ({ clientId }) => ({ id: clientId }),
    status: (offer, _, ctx) => statusOf(offer, ctx.clock.now()),
    price: ({ priceMinor, currency }) => ({ amountMinor: priceMinor, currency }),
  },
}
