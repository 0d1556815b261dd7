import { requireViewer, type Viewer } from '@gigraph/shared/auth'
import { afterCommit, type Transaction, transaction } from '@gigraph/shared/database'
import { type Failure, notFound, ok, type Result } from '@gigraph/shared/errors'
import { idempotent } from '@gigraph/shared/idempotency'
import { claimFiles, type FilesToClaim } from '@gigraph/shared/uploads'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { orderHandOver } from '../delivery/hand-over-files.ts'
import { appendEntry } from '../timeline/timeline-store.ts'
import { announce } from './announce.ts'
import { enforceDeadline, nextDueAt } from './deadlines.ts'
import type { FullOrder, OrderEvent, OrderState } from './order.ts'
import { findOrder, findOrderForUpdate, saveOrder } from './order-store.ts'
import { authorize, requireScopeIn, roleIn } from './policy.ts'
import type { Details, OrderHow } from './rules.ts'
import { orderMachine } from './transitions.ts'

/** Topic of an order's live updates. */
export const topicOf = (orderId: string): string => `order:${orderId}`

interface Change {
  readonly event: OrderEvent
  readonly how: OrderHow
  readonly actorId: string | null
}

/** One step of a locked order: the machine's answer is saved, put on the timeline and announced, all in the transaction. */
export const step = async (
  ctx: Context,
  tx: Transaction,
  before: FullOrder,
  { event, how, actorId }: Change,
): Promise<Result<FullOrder>> => {
  const applied = orderMachine.apply(before, event, how)
  if (!applied.ok) return applied
  const order = { ...applied.value, nextDueAt: nextDueAt(applied.value) }
  await saveOrder(tx, before, order)
  await noteStep(ctx, tx, { orderId: order.id, event, how, actorId, from: before.state, to: order.state })
  await announce(ctx, tx, { event, before, order, how, actorId })
  await orderHandOver(ctx, tx, before, order)
  if (order.nextDueAt && order.nextDueAt.getTime() !== before.nextDueAt?.getTime())
    await ctx.enqueue(tx, enforceDeadline, { orderId: order.id }, { at: order.nextDueAt })
  return ok(order)
}

interface Noted extends Omit<Change, 'event'> {
  readonly orderId: string
  readonly event: OrderEvent | 'PLACE' | 'PAYMENT_FAILED'
  readonly from: OrderState | null
  readonly to: OrderState
}

/** Writes the timeline and, after the commit, wakes those who watch. */
export const noteStep = async (ctx: Context, tx: Transaction, { orderId, event, how, actorId, from, to }: Noted) => {
  await appendEntry(tx, {
    id: ctx.makeId(),
    orderId,
    happenedAt: how.at,
    event,
    actor: how.by,
    actorId,
    fromState: from,
    toState: to,
    note: how.note ?? null,
  })
  afterCommit(tx, () => ctx.pubsub.publish(topicOf(orderId), { orderId }))
}

interface PersonsChange {
  readonly orderId: string
  readonly event: OrderEvent
  readonly details?: Details
  /** What only the order can tell about the input; an error changes nothing. */
  readonly check?: (order: FullOrder, how: OrderHow) => Failure | null
  /** Files of the person's own that it names, kept once nothing else refuses the change. */
  readonly files?: readonly FilesToClaim[]
  /** What else is written with the step. */
  readonly alongside?: (tx: Transaction, order: FullOrder, how: OrderHow) => Promise<void>
  /** The mutation's parsed input and its key, where pressing twice is to give the first answer again. */
  readonly once?: { readonly key: string | null | undefined; readonly input: unknown } | undefined
}

/** What the event would be told with, or why this person cannot raise it on the order as it is. */
const judge = (ctx: Context, viewer: Viewer, order: FullOrder, change: PersonsChange): Result<OrderHow> => {
  authorize(viewer, `order:${change.event}`, order)
  const by = roleIn(order, viewer)
  if (!by) throw notFound('Order')
  requireScopeIn(by, viewer)
  const how: OrderHow = { ...change.details, newId: ctx.makeId(), by, at: ctx.clock.now() }
  // What the order's state forbids comes before what is wrong with the input.
  const possible = orderMachine.allowed(order, { by, at: how.at }).includes(change.event)
  const refused = possible ? change.check?.(order, how) : null
  if (refused) return refused
  const applied = orderMachine.apply(order, change.event, how)
  return applied.ok ? ok(how) : applied
}

/** Has the files kept that the change names, unless the change is refused anyway: what nothing names is deleted after a day. */
const keepFiles = async (ctx: Context, viewer: Viewer, change: PersonsChange): Promise<Result<undefined>> => {
  const named = (change.files ?? []).filter(({ uploadIds }) => uploadIds.length > 0)
  if (named.length === 0) return ok(undefined)
  const judged = judge(ctx, viewer, await findOrder(ctx.db, change.orderId), change)
  if (!judged.ok) return judged
  const kept = await Promise.all(named.map((files) => claimFiles(ctx, files)))
  return kept.find((each) => !each.ok) ?? ok(undefined)
}

/**
 * What a person does to an order: they must be allowed to by the transition table and in this state.
 *
 * @throws {ApplicationError} UNAUTHENTICATED, NOT_FOUND for strangers, FORBIDDEN for the wrong side; SERVICE_UNAVAILABLE when files are
 *   named and profiles does not answer
 */
export const changeOrder = (ctx: Context, change: PersonsChange): Promise<Result<FullOrder>> => {
  const viewer = requireViewer(ctx)
  return idempotent(ctx, {
    ownerId: viewer.id,
    operation: change.event,
    key: change.once?.key,
    input: change.once?.input,
    reference: z.object({ orderId: z.uuid() }),
    replay: async ({ orderId }) => ok(await findOrder(ctx.db, orderId)),
    run: async ({ finish }) => {
      const kept = await keepFiles(ctx, viewer, change)
      if (!kept.ok) return kept
      return transaction(ctx.db, async (tx) => {
        const order = await findOrderForUpdate(tx, change.orderId)
        const judged = judge(ctx, viewer, order, change)
        if (!judged.ok) return judged
        const how = judged.value
        const stepped = await step(ctx, tx, order, { event: change.event, how, actorId: viewer.id })
        if (!stepped.ok) return stepped
        await change.alongside?.(tx, stepped.value, how)
        await finish(tx, { orderId: order.id })
        return stepped
      })
    },
  })
}
