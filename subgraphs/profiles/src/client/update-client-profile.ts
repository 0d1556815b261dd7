import { requireViewer } from '@gigraph/shared/auth'
import { ok, parseInput, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { changeClient } from './change-client.ts'
import { type ClientProfile, clientChanges } from './client.ts'

/** Changes the given fields of the viewer's client profile; null empties a field, absence leaves it. */
export const updateClientProfile = async (ctx: Context, raw: unknown): Promise<Result<ClientProfile>> => {
  requireViewer(ctx)
  const parsed = parseInput(clientChanges, raw)
  if (!parsed.ok) return parsed
  const { bio, ...rest } = parsed.value
  const changed = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return changeClient(ctx, () => ok({ ...changed, ...(bio !== undefined && { bio: bio ?? '' }) }))
}
