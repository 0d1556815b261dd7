import { transaction } from '@gigraph/shared/database'
import { ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { savePerson } from '../people/people-store.ts'
import { giveUpPending } from './delivery-store.ts'
import { description, endpointId, endpointUrl, events } from './endpoint-input.ts'
import { findOwnEndpointForUpdate, saveEndpoint } from './endpoint-store.ts'
import { requireManager } from './require-manager.ts'
import { refuseOften, tellOwner } from './tell-owner.ts'
import type { EndpointRow } from './webhook.ts'

const updateInput = (ctx: Context) =>
  z.object({
    endpointId,
    url: endpointUrl(ctx).nullish(),
    description: description.nullish(),
    events: events.nullish(),
    enabled: z.boolean().nullish(),
  })

/** Another address proves itself anew. */
const UNPROVEN = { failingSince: null, lastDurationMs: null } as const

const switched = (endpoint: EndpointRow, enabled: boolean | null | undefined, now: Date): Partial<EndpointRow> => {
  if (enabled === true && endpoint.disabledAt) return { ...UNPROVEN, disabledAt: null, disabledBecause: null }
  if (enabled === false && !endpoint.disabledAt) return { disabledAt: now, disabledBecause: 'OWNER' }
  return {}
}

/** Changes one of the viewer's endpoints; what is absent stays. @throws {ApplicationError} NOT_FOUND for others' */
export const updateWebhookEndpoint = async (ctx: Context, raw: unknown): Promise<Result<EndpointRow>> => {
  const viewer = requireManager(ctx)
  const parsed = parseInput(updateInput(ctx), raw)
  if (!parsed.ok) return parsed
  const { url, enabled, ...rest } = parsed.value
  return transaction(ctx.db, async (tx) => {
    const before = await findOwnEndpointForUpdate(tx, viewer.id, rest.endpointId)
    const now = ctx.clock.now()
    const moved = url != null && url !== before.url
    if (moved) await savePerson(tx, viewer.id, {})
    const refusal = moved ? await refuseOften(ctx, tx, viewer.id) : null
    if (refusal) return refusal
    const changes: Partial<EndpointRow> = {
      ...switched(before, enabled, now),
      ...(moved && { url, ...UNPROVEN }),
      ...(rest.description != null && { description: rest.description }),
      ...(rest.events != null && { events: rest.events }),
    }
    if (Object.keys(changes).length === 0) return ok(before)
    const endpoint = await saveEndpoint(tx, before.id, { ...changes, updatedAt: now })
    if (endpoint.disabledAt) await giveUpPending(tx, endpoint.id, now)
    if (moved) await tellOwner(ctx, tx, endpoint, 'MOVED')
    return ok(endpoint)
  })
}
