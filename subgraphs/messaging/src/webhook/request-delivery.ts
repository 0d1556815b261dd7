import { type Transaction, transaction } from '@gigraph/shared/database'
import { type Failure, fail, notFound, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { after } from '@gigraph/shared/time'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { deliverWebhook } from '../jobs/definitions.ts'
import { savePerson } from '../people/people-store.ts'
import { countRequested, findOptionalDelivery, insertDeliveries, saveDelivery } from './delivery-store.ts'
import { endpointId } from './endpoint-input.ts'
import { findOwnEndpointForUpdate } from './endpoint-store.ts'
import { requireManager } from './require-manager.ts'
import { type DeliveryRow, type EndpointRow, REQUESTS_PER_MINUTE } from './webhook.ts'
import { TEST_TYPE, testBody } from './webhook-body.ts'

const testInput = z.object({ endpointId })
const redeliverInput = z.object({ deliveryId: z.uuid({ error: 'This is no delivery.' }) })

/** Why somebody cannot have an endpoint called just now. Locks the person, so that requests at once count each other. */
const refusalOf = async (
  ctx: Context,
  tx: Transaction,
  { userId, disabledAt }: EndpointRow,
): Promise<Failure | null> => {
  if (disabledAt)
    return fail('INVALID_STATE', 'The webhook is switched off. Switch it on first.', {
      allowed: ['updateWebhookEndpoint'],
    })
  await savePerson(tx, userId, {})
  return (await countRequested(tx, userId, after(ctx.clock.now(), '-1m'))) >= REQUESTS_PER_MINUTE
    ? fail('LIMIT_EXCEEDED', `You can ask for ${REQUESTS_PER_MINUTE} tests and repetitions a minute; wait a little.`)
    : null
}

/** Has one of the viewer's endpoints called, to see whether it answers. @throws {ApplicationError} NOT_FOUND for others' */
export const sendTestWebhook = async (ctx: Context, raw: unknown): Promise<Result<DeliveryRow>> => {
  const viewer = requireManager(ctx)
  const parsed = parseInput(testInput, raw)
  if (!parsed.ok) return parsed
  return transaction(ctx.db, async (tx) => {
    const endpoint = await findOwnEndpointForUpdate(tx, viewer.id, parsed.value.endpointId)
    const refusal = await refusalOf(ctx, tx, endpoint)
    if (refusal) return refusal
    const now = ctx.clock.now()
    const [delivery] = await insertDeliveries(tx, [
      {
        ...{ id: ctx.makeId(), endpointId: endpoint.id, type: TEST_TYPE, body: testBody(endpoint.id, now) },
        ...{ status: 'PENDING', createdAt: now, requestedAt: now, dueAt: now },
      },
    ])
    if (!delivery) throw new Error('the insert answered no row')
    await ctx.enqueue(tx, deliverWebhook, { deliveryId: delivery.id })
    return ok(delivery)
  })
}

/** Sends one of the viewer's deliveries once more, as if for the first time. @throws {ApplicationError} NOT_FOUND for others' */
export const redeliverWebhook = async (ctx: Context, raw: unknown): Promise<Result<DeliveryRow>> => {
  const viewer = requireManager(ctx)
  const parsed = parseInput(redeliverInput, raw)
  if (!parsed.ok) return parsed
  return transaction(ctx.db, async (tx) => {
    const known = await findOptionalDelivery(tx, parsed.value.deliveryId)
    if (!known) throw notFound('Webhook delivery')
    const endpoint = await findOwnEndpointForUpdate(tx, viewer.id, known.endpointId)
    const refusal = await refusalOf(ctx, tx, endpoint)
    if (refusal) return refusal
    const now = ctx.clock.now()
    // With its endpoint locked, nobody takes or ends it.
    const current = await findOptionalDelivery(tx, known.id)
    if (!current) throw notFound('Webhook delivery')
    if (current.claimedUntil && current.claimedUntil > now)
      return fail('INVALID_STATE', 'It is being sent just now.', { allowed: [] })
    await ctx.enqueue(tx, deliverWebhook, { deliveryId: known.id })
    const anew = { status: 'PENDING', tries: 0, requestedAt: now, dueAt: now, endedAt: null } as const
    return ok(await saveDelivery(tx, known.id, anew))
  })
}
