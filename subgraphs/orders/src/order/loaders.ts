import { type Batch, indexBy } from '@gigraph/shared/graphql'
import type { Context } from '../context.ts'
import type { Order, Parts } from './order.ts'
import { countCompletedBySeller, countQueuedByGig, listOrders, listOrdersOf } from './order-store.ts'
import { listParts } from './parts-store.ts'

/** What `load` reads at once for a request. */

export const orderById: Batch<Context, string, Order> = async (ctx, ids) =>
  indexBy(await listOrders(ctx.db, ids), (order) => order.id)

export const partsOfOrder: Batch<Context, string, Parts> = (ctx, ids) => listParts(ctx.db, ids)

export const completedBySeller: Batch<Context, string, number> = (ctx, ids) => countCompletedBySeller(ctx.db, ids)

export const queuedByGig: Batch<Context, string, number> = (ctx, ids) => countQueuedByGig(ctx.db, ids)

export const orderByProposal: Batch<Context, string, Order> = async (ctx, ids) =>
  indexBy(await listOrdersOf(ctx.db, 'proposalId', ids), (order) => order.proposalId ?? '')

export const orderByOffer: Batch<Context, string, Order> = async (ctx, ids) =>
  indexBy(await listOrdersOf(ctx.db, 'offerId', ids), (order) => order.offerId ?? '')
