import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { after, type Duration } from '@gigraph/shared/time'
import { z } from 'zod'
import type { Context } from '../context.ts'
import type { WithSecret } from './create-endpoint.ts'
import { endpointId } from './endpoint-input.ts'
import { endPresentSecret, findOwnEndpointForUpdate, insertSecret, listSealedSecrets } from './endpoint-store.ts'
import { requireManager } from './require-manager.ts'
import { mintSecret, sealSecret } from './signature.ts'
import { tellOwner } from './tell-owner.ts'

const input = z.object({ endpointId })

/** The old secret signs too for this long. */
const OVERLAP: Duration = '24h'
/** Not one: who repeats a call whose answer was lost must not end the secret that the receiver has. */
const MOST_SECRETS = 3

/** Gives one of the viewer's endpoints a new secret. @throws {ApplicationError} NOT_FOUND for others' */
export const rotateWebhookSecret = async (ctx: Context, raw: unknown): Promise<Result<WithSecret>> => {
  const viewer = requireManager(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  return transaction(ctx.db, async (tx) => {
    const endpoint = await findOwnEndpointForUpdate(tx, viewer.id, parsed.value.endpointId)
    const now = ctx.clock.now()
    if ((await listSealedSecrets(tx, endpoint.id, now)).length >= MOST_SECRETS)
      return fail('LIMIT_EXCEEDED', `${MOST_SECRETS} secrets sign already; wait until the oldest ends.`)
    await endPresentSecret(tx, endpoint.id, after(now, OVERLAP))
    const secret = mintSecret()
    const sealed = sealSecret(ctx.config.KEY_ENCRYPTION_SECRET, endpoint.id, secret)
    await insertSecret(tx, { id: ctx.makeId(), endpointId: endpoint.id, sealed, createdAt: now })
    await tellOwner(ctx, tx, endpoint, 'SECRET')
    return ok({ endpoint, secret })
  })
}
