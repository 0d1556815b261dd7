import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { notFound, payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import { loadPrivateFiles } from '@gigraph/shared/uploads'
import type { Resolvers } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import { allowedActions } from './allowed-actions.ts'
import { cancelOrder } from './cancel-order.ts'
import { completedBySeller, orderById, orderByOffer, orderByProposal, partsOfOrder, queuedByGig } from './loaders.ts'
import { type FullOrder, type Order, partyOf } from './order.ts'
import { countByState } from './order-counts.ts'
import { pageHistory, pageOrders } from './order-pages.ts'
import { sidesOf } from './order-store.ts'
import { placeOrder } from './place-order.ts'
import { maySee } from './policy.ts'
import { skipRequirements } from './skip-requirements.ts'
import { submitRequirements } from './submit-requirements.ts'
import { watchOrder } from './watch-order.ts'

/** An order with its parts, which lists do not read. */
export const inFull = async (ctx: Context, order: Order): Promise<FullOrder> => ({
  ...order,
  ...((await load(ctx, partsOfOrder, order.id)) ?? { requests: [], dispute: null, milestones: [] }),
})

const visible = (ctx: Context, order: Order | null): Order | null => (order && maySee(order, ctx.viewer) ? order : null)

export const orderResolvers: Resolvers = {
  Query: {
    order: async (_, { id }, ctx) => {
      requireViewer(ctx)
      const order = await load(ctx, orderById, id)
      if (!order || !maySee(order, ctx.viewer)) throw notFound('Order')
      return order
    },
    orders: (_, { filter, ...page }, ctx) => {
      requireScope(requireViewer(ctx), 'orders:read')
      return pageOrders(ctx, page, filter ?? {})
    },
  },
  Mutation: {
    placeOrder: async (_, { input }, ctx) => payload('order', await placeOrder(ctx, input)),
    submitRequirements: async (_, { input }, ctx) => payload('order', await submitRequirements(ctx, input)),
    skipRequirements: async (_, { input }, ctx) => payload('order', await skipRequirements(ctx, input)),
    cancelOrder: async (_, { input }, ctx) => payload('order', await cancelOrder(ctx, input)),
  },
  Subscription: {
    orderUpdated: {
      subscribe: (_, { orderId }, ctx) => watchOrder(ctx, orderId),
      resolve: async ({ orderId }: { orderId: string }, _: unknown, ctx: Context) => {
        const order = await load(ctx, orderById, orderId)
        if (!order) throw notFound('Order')
        return order
      },
    },
  },
  Order: {
    __resolveReference: async ({ id }, ctx) => visible(ctx, await load(ctx, orderById, id)),
    buyer: ({ buyerId }) => ({ id: buyerId }),
    seller: ({ sellerId }) => ({ id: sellerId }),
    gig: ({ gigId }) => (gigId ? { id: gigId } : null),
    // Marketplace shows both to the two sides alone: nobody else is led there.
    proposal: (order, _, { viewer }) =>
      order.proposalId && viewer && partyOf(order, viewer.id) ? { id: order.proposalId } : null,
    offer: (order, _, { viewer }) =>
      order.offerId && viewer && partyOf(order, viewer.id) ? { id: order.offerId } : null,
    lines: ({ terms }) => terms.lines,
    requirements: ({ terms, answers, answerUploads }) =>
      terms.requirements.map((requirement) => ({
        ...requirement,
        answer: answers?.[requirement.id] || null,
        uploadIds: answerUploads?.[requirement.id] ?? [],
      })),
    payBefore: ({ state, deadlineAt }) => (state === 'PENDING_PAYMENT' ? deadlineAt : null),
    deadline: ({ deadline, deadlineAt }) => (deadline && deadlineAt ? { event: deadline, at: deadlineAt } : null),
    revisionsLeft: ({ terms, revisionsUsed }) =>
      terms.revisions === null ? null : Math.max(0, terms.revisions - revisionsUsed),
    viewerRole: (order, _, { viewer }) => viewer && partyOf(order, viewer.id),
    allowedActions: async (order, _, ctx) => allowedActions(await inFull(ctx, order), ctx.viewer, ctx.clock.now()),
  },
  OrderRequirement: { files: ({ uploadIds }, _, ctx) => loadPrivateFiles(ctx, uploadIds) },
  User: {
    __resolveReference: ({ id }) => ({ id }),
    completedOrders: async ({ id }, _, ctx) => (await load(ctx, completedBySeller, id)) ?? 0,
  },
  Gig: {
    __resolveReference: ({ id }) => ({ id }),
    ordersInQueue: async ({ id }, _, ctx) => (await load(ctx, queuedByGig, id)) ?? 0,
  },
  Proposal: {
    __resolveReference: ({ id }) => ({ id }),
    order: async ({ id }, _, ctx) => visible(ctx, await load(ctx, orderByProposal, id)),
  },
  CustomOffer: {
    __resolveReference: ({ id }) => ({ id }),
    order: async ({ id }, _, ctx) => visible(ctx, await load(ctx, orderByOffer, id)),
  },
  Viewer: {
    __resolveReference: ({ id }, { viewer }) => (viewer?.id === id ? { id } : null),
    orders: ({ id }, { role, states, ...page }, ctx) => pageOrders(ctx, page, { states }, sidesOf(id, role)),
    purchases: ({ id }, { states, ...page }, ctx) => pageOrders(ctx, page, { states }, sidesOf(id, 'BUYER')),
    sales: ({ id }, { states, ...page }, ctx) => pageOrders(ctx, page, { states }, sidesOf(id, 'SELLER')),
    orderCounts: ({ id }, { role }, ctx) => countByState(ctx.db, sidesOf(id, role), ctx.clock.now()),
    history: ({ id }, { role, ...page }, ctx) => pageHistory(ctx, page, sidesOf(id, role)),
  },
}
