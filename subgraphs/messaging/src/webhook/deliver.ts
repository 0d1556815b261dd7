import { type Transaction, transaction } from '@gigraph/shared/database'
import { after, type Duration } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { deliverWebhook } from '../jobs/definitions.ts'
import type { Outcome } from './call-endpoint.ts'
import * as deliveries from './delivery-store.ts'
import { findOptionalEndpointForUpdate, listSealedSecrets, saveEndpoint } from './endpoint-store.ts'
import type { Result } from './metrics.ts'
import { signatureHeaders, unsealSecret } from './signature.ts'
import { tellOwner } from './tell-owner.ts'
import { type DeliveryRow, type EndpointRow, isHopeless, lanesOf, nextTry } from './webhook.ts'

/** Who tries has this long before another may: longer than a call and two transactions. */
const LEASE: Duration = '30s'
const GONE = 410
const FIXED_HEADERS = { 'content-type': 'application/json', 'user-agent': 'Gigraph-Webhooks/1' }

interface Taken {
  readonly delivery: DeliveryRow
  readonly endpoint: EndpointRow
  readonly claim: string
  readonly secrets: readonly string[]
  readonly at: Date
}

/** Takes a delivery if it is due and its endpoint has room. Who finds no room leaves it: whoever ends there goes on with it. */
const take = (ctx: Context, deliveryId: string): Promise<Taken | null> =>
  transaction(ctx.db, async (tx) => {
    const known = await deliveries.findOptionalDelivery(tx, deliveryId)
    const endpoint = known && (await findOptionalEndpointForUpdate(tx, known.endpointId))
    if (!endpoint || endpoint.disabledAt) {
      // It was written while the endpoint was being switched off.
      if (endpoint) await deliveries.giveUpPending(tx, endpoint.id, ctx.clock.now())
      return null
    }
    const at = ctx.clock.now()
    if ((await deliveries.countInHand(tx, endpoint.id, at)) >= lanesOf(endpoint)) return null
    const claim = ctx.makeId()
    const delivery = await deliveries.claimDelivery(tx, deliveryId, { now: at, claim, until: after(at, LEASE) })
    if (!delivery) return null
    const sealed = await listSealedSecrets(tx, endpoint.id, at)
    const secrets = sealed.map((secret) => unsealSecret(ctx.config.KEY_ENCRYPTION_SECRET, endpoint.id, secret))
    return { delivery, endpoint, claim, secrets, at }
  })

interface Verdict {
  readonly result: Result
  readonly delivery: Partial<DeliveryRow>
  readonly endpoint: Partial<EndpointRow>
}

/** What an outcome means for the delivery and its endpoint. */
const judge = ({ delivery, endpoint, at }: Taken, outcome: Outcome, now: Date): Verdict => {
  const { httpStatus, durationMs, error } = outcome
  if (error === null)
    return {
      result: 'delivered',
      delivery: { status: 'DELIVERED', tries: delivery.tries + 1, dueAt: null, endedAt: now },
      endpoint: { failingSince: null, lastDurationMs: durationMs },
    }
  const failingSince = endpoint.failingSince ?? at
  const tries = delivery.tries + 1
  const dueAt = httpStatus === GONE ? null : nextTry({ id: delivery.id, tries }, now, outcome.retryAfterSeconds)
  const because = httpStatus === GONE ? 'GONE' : !dueAt && isHopeless(failingSince, now) ? 'FAILING' : null
  return {
    result: httpStatus === GONE ? 'gone' : dueAt ? 'failed' : 'given_up',
    delivery: dueAt ? { tries, dueAt } : { tries, dueAt, status: 'FAILED', endedAt: now },
    endpoint: { failingSince, ...(because && { disabledAt: now, disabledBecause: because }) },
  }
}

/** Writes down what came of the call, with what follows from it: the next try, or the end of the endpoint. */
const record = (ctx: Context, taken: Taken, outcome: Outcome): Promise<Result | null> =>
  transaction(ctx.db, async (tx) => {
    const { delivery, claim, at } = taken
    const current = await findOptionalEndpointForUpdate(tx, delivery.endpointId)
    if (!current) return null
    const { httpStatus, error, excerpt, durationMs } = outcome
    const attempt = { id: ctx.makeId(), deliveryId: delivery.id, at, durationMs, httpStatus, error, excerpt }
    await deliveries.insertAttempt(tx, attempt)
    const now = ctx.clock.now()
    // Its owner may have given it another address meanwhile: what the old one answered says nothing of that.
    const moved = current.url !== taken.endpoint.url
    const verdict = judge({ ...taken, endpoint: current }, outcome, now)
    const changes = moved && error !== null ? { tries: 0, dueAt: now } : verdict.delivery
    const ended = await deliveries.endClaim(tx, delivery.id, { claim, isOver: error === null, changes })
    if (!ended) return null
    const endpoint = moved || current.disabledAt ? current : await saveEndpoint(tx, current.id, verdict.endpoint)
    if (ended.dueAt) await ctx.enqueue(tx, deliverWebhook, { deliveryId: delivery.id }, { at: ended.dueAt })
    if (endpoint.disabledAt && !current.disabledAt) await switchOff(ctx, tx, endpoint)
    else await goOn(ctx, tx, endpoint)
    return verdict.result
  })

const switchOff = async (ctx: Context, tx: Transaction, endpoint: EndpointRow): Promise<void> => {
  await deliveries.giveUpPending(tx, endpoint.id, ctx.clock.now())
  await tellOwner(ctx, tx, endpoint, endpoint.disabledBecause === 'GONE' ? 'GONE' : 'FAILING')
  const { id: endpointId, disabledBecause } = endpoint
  ctx.log.info({ endpointId, disabledBecause }, 'a webhook was switched off')
}

/** Starts what waits for room at the endpoint. */
const goOn = async (ctx: Context, tx: Transaction, endpoint: EndpointRow): Promise<void> => {
  const now = ctx.clock.now()
  const room = lanesOf(endpoint) - (await deliveries.countInHand(tx, endpoint.id, now))
  if (room <= 0) return
  for (const deliveryId of await deliveries.listDueOf(tx, endpoint.id, now, room))
    await ctx.enqueue(tx, deliverWebhook, { deliveryId })
}

/**
 * Tries a delivery, if it is due and nobody else tries it. At least once: who dies between the call and its record leaves a claim that ends, and
 * the next one calls again under the same id.
 */
export const deliver = async (ctx: Context, deliveryId: string): Promise<void> => {
  const taken = await take(ctx, deliveryId)
  if (!taken) return
  const { delivery, endpoint, secrets, at } = taken
  const headers = { ...FIXED_HEADERS, ...signatureHeaders(secrets, { id: delivery.id, at, body: delivery.body }) }
  const outcome = await ctx.callEndpoint({ url: endpoint.url, headers, body: delivery.body })
  const result = await record(ctx, taken, outcome)
  if (result) ctx.webhookAttempts.inc({ result })
  const { httpStatus, durationMs } = outcome
  ctx.log.debug({ deliveryId, endpointId: endpoint.id, type: delivery.type, result, httpStatus, durationMs }, 'webhook')
}
