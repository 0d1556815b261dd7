import { transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { idempotencyKey, idempotent } from '@gigraph/shared/idempotency'
import { after, type Duration } from '@gigraph/shared/time'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { savePerson } from '../people/people-store.ts'
import { description, endpointUrl, events } from './endpoint-input.ts'
import { findEndpoint, insertEndpoint, insertSecret, listEndpoints, listSealedSecrets } from './endpoint-store.ts'
import { requireManager } from './require-manager.ts'
import { mintSecret, sealSecret, unsealSecret } from './signature.ts'
import { refuseOften, tellOwner } from './tell-owner.ts'
import { type EndpointRow, MOST_ENDPOINTS } from './webhook.ts'

const createInput = (ctx: Context) => z.object({ url: endpointUrl(ctx), description, events, idempotencyKey })
const reference = z.object({ endpointId: z.uuid() })

/** An endpoint with what its calls are signed with. */
export interface WithSecret {
  readonly endpoint: EndpointRow
  /** Null once it may no longer be shown. */
  readonly secret: string | null
}

/** Whose answer was lost gets the secret by the same key for this long. */
const SHOWN_AGAIN: Duration = '1h'

/** Registers an address that is called when something happens to the viewer, ten at most. */
export const createWebhookEndpoint = async (ctx: Context, raw: unknown): Promise<Result<WithSecret>> => {
  const viewer = requireManager(ctx)
  const parsed = parseInput(createInput(ctx), raw)
  if (!parsed.ok) return parsed
  const { idempotencyKey: key, ...input } = parsed.value
  return idempotent<z.output<typeof reference>, WithSecret>(ctx, {
    ...{ ownerId: viewer.id, operation: 'createWebhookEndpoint', key, input, reference },
    run: ({ finish }) =>
      transaction(ctx.db, async (tx) => {
        // Its lock makes creations at once count each other.
        const { erasedAt } = await savePerson(tx, viewer.id, {})
        if (erasedAt) throw notFound('Account')
        if ((await listEndpoints(tx, viewer.id)).length >= MOST_ENDPOINTS)
          return fail('LIMIT_EXCEEDED', `You have ${MOST_ENDPOINTS} webhooks. Remove one first.`)
        const refusal = await refuseOften(ctx, tx, viewer.id)
        if (refusal) return refusal
        const now = ctx.clock.now()
        const id = ctx.makeId()
        const endpoint = await insertEndpoint(tx, { ...input, id, userId: viewer.id, createdAt: now, updatedAt: now })
        const secret = mintSecret()
        const sealed = sealSecret(ctx.config.KEY_ENCRYPTION_SECRET, id, secret)
        await insertSecret(tx, { id: ctx.makeId(), endpointId: id, sealed, createdAt: now })
        await tellOwner(ctx, tx, endpoint, 'ADDED')
        await finish(tx, { endpointId: id })
        return ok({ endpoint, secret })
      }),
    replay: async ({ endpointId }) => {
      const endpoint = await findEndpoint(ctx.db, endpointId)
      const now = ctx.clock.now()
      const [sealed] = await listSealedSecrets(ctx.db, endpointId, now)
      const isShown = sealed !== undefined && now < after(endpoint.createdAt, SHOWN_AGAIN)
      const secret = isShown ? unsealSecret(ctx.config.KEY_ENCRYPTION_SECRET, endpointId, sealed) : null
      return ok({ endpoint, secret })
    },
  })
}
