import { transaction } from '@gigraph/shared/database'
import { ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { endpointId } from './endpoint-input.ts'
import { deleteEndpoint, findOwnEndpointForUpdate } from './endpoint-store.ts'
import { requireManager } from './require-manager.ts'

const input = z.object({ endpointId })

/** Removes one of the viewer's endpoints with all that was kept of it. @throws {ApplicationError} NOT_FOUND for others' */
export const deleteWebhookEndpoint = async (ctx: Context, raw: unknown): Promise<Result<string>> => {
  const viewer = requireManager(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  return transaction(ctx.db, async (tx) => {
    const { id } = await findOwnEndpointForUpdate(tx, viewer.id, parsed.value.endpointId)
    await deleteEndpoint(tx, id)
    return ok(id)
  })
}
