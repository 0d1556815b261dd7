import { quoteGig, quoteOffer, quoteProposal } from '@gigraph/marketplace/internal'
import { requireRole, requireScope, requireViewer } from '@gigraph/shared/auth'
import { isUniqueViolation, transaction } from '@gigraph/shared/database'
import { type Failure, fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { idempotencyKey, idempotent } from '@gigraph/shared/idempotency'
import { formatMoney, type Money } from '@gigraph/shared/money'
import { after } from '@gigraph/shared/time'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { orderPlaced } from '../events.ts'
import { facts } from './announce.ts'
import { noteStep } from './change-order.ts'
import { enforceDeadline } from './deadlines.ts'
import { newOrder } from './new-order.ts'
import type { FullOrder, Order } from './order.ts'
import { countUnpaidForUpdate, findOrder, insertOrder, wasCancelledAfterStart } from './order-store.ts'
import { isSuspendedForShare } from './standing-store.ts'

const gigSource = z.object({
  gigId: z.uuid({ error: 'This is not the id of a gig.' }),
  tier: z.enum(['BASIC', 'STANDARD', 'PREMIUM']),
  extraIds: z.array(z.string()).max(20, { error: 'At most 20 extras.' }).nullish(),
  quantity: z.int().min(1, { error: 'Order at least one.' }).max(20, { error: 'Order at most 20.' }).nullish(),
})

const input = z.object({
  source: z
    .object({
      gig: gigSource.nullish(),
      proposalId: z.uuid({ error: 'This is not the id of a proposal.' }).nullish(),
      offerId: z.uuid({ error: 'This is not the id of an offer.' }).nullish(),
    })
    .refine((source) => [source.gig, source.proposalId, source.offerId].filter(Boolean).length === 1, {
      error: 'Name exactly one of gig, proposalId and offerId.',
    }),
  expectedTotal: z.object({ amountMinor: z.int(), currency: z.string() }).nullish(),
  idempotencyKey,
})
type Source = z.output<typeof input>['source']

/** Each is told to its seller: more of them would be a nuisance. */
const UNPAID_ORDERS = 20
/** Before that, whatever is not paid has expired. */
const UNPAID_FOR = '-1h'

const SOURCE = { field: ['input', 'source'] }

/**
 * Orders what marketplace quotes now: price, seller and terms come from there and are frozen on the order. It is to be paid within
 * 30 minutes.
 *
 * @throws {ApplicationError} UNAUTHENTICATED; FORBIDDEN without the role CLIENT; SERVICE_UNAVAILABLE when marketplace is
 */
export const placeOrder = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  const viewer = requireViewer(ctx)
  requireRole(viewer, 'CLIENT')
  requireScope(viewer, 'orders:place')
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { source } = parsed.value

  return idempotent<{ orderId: string }, Order>(ctx, {
    ownerId: viewer.id,
    operation: 'PLACE',
    key: parsed.value.idempotencyKey,
    input: parsed.value,
    reference: z.object({ orderId: z.uuid() }),
    replay: async ({ orderId }) => ok(await findOrder(ctx.db, orderId)),
    run: async ({ finish }) => {
      const quote = await quoteOf(ctx, source, viewer.id)
      if (!quote.available) return fail('NOT_AVAILABLE', quote.reason, SOURCE)
      if (quote.terms.sellerId === viewer.id) return fail('NOT_ALLOWED', 'You cannot order from yourself.', SOURCE)
      const { proposalId = null, offerId = null } = source
      const { terms } = quote
      const changed = changedPrice(terms.price, parsed.value.expectedTotal)
      if (changed) return changed
      if (await wasCancelledAfterStart(ctx.db, { buyerId: viewer.id, proposalId, offerId }))
        return fail(
          'ALREADY_EXISTS',
          'This was ordered, paid and then cancelled: ask the seller for a new offer.',
          SOURCE,
        )
      const order = newOrder(ctx.makeId, { terms, buyerId: viewer.id, proposalId, offerId, createdAt: ctx.clock.now() })
      return save(ctx, order, (tx) => finish(tx, { orderId: order.id }))
    },
  })
}

/** What the buyer agreed to is what they were shown. */
const changedPrice = (price: Money, expected: Money | null | undefined): Failure | null =>
  !expected || (expected.amountMinor === price.amountMinor && expected.currency === price.currency)
    ? null
    : fail('CONFLICT', `The price is ${formatMoney(price)} by now.`, { field: ['input', 'expectedTotal'] })

const quoteOf = (ctx: Context, { gig, proposalId, offerId }: Source, buyerId: string) => {
  if (gig) {
    const { gigId, tier, extraIds, quantity } = gig
    return ctx.call(quoteGig, { gigId, tier, extraIds: extraIds ?? [], quantity: quantity ?? 1, buyerId })
  }
  if (proposalId) return ctx.call(quoteProposal, { proposalId, buyerId })
  return ctx.call(quoteOffer, { offerId: offerId ?? '', buyerId })
}

const save = async (
  ctx: Context,
  order: FullOrder,
  finish: (tx: Parameters<typeof insertOrder>[0]) => Promise<void>,
): Promise<Result<Order>> => {
  try {
    return await transaction(ctx.db, async (tx) => {
      if (await isSuspendedForShare(tx, order.sellerId))
        return fail('NOT_AVAILABLE', 'The seller takes no orders at present.', SOURCE)
      if ((await countUnpaidForUpdate(tx, order.buyerId, after(order.createdAt, UNPAID_FOR))) >= UNPAID_ORDERS)
        return fail(
          'LIMIT_EXCEEDED',
          `At most ${UNPAID_ORDERS} of your orders may wait for their payment; pay or cancel some.`,
        )
      await insertOrder(tx, order)
      const { id: orderId, buyerId, proposalId, offerId, createdAt } = order
      const how = { by: 'BUYER', at: createdAt } as const
      await noteStep(ctx, tx, { orderId, event: 'PLACE', how, actorId: buyerId, from: null, to: order.state })
      await ctx.publish(tx, orderPlaced, { ...facts(order), proposalId, offerId })
      await ctx.enqueue(tx, enforceDeadline, { orderId }, { at: order.nextDueAt ?? createdAt })
      await finish(tx)
      return ok(order)
    })
  } catch (error) {
    if (isUniqueViolation(error, 'orders_one_per_proposal') || isUniqueViolation(error, 'orders_one_per_offer'))
      return fail('ALREADY_EXISTS', 'This has been ordered already; find it among your orders.', SOURCE)
    throw error
  }
}
