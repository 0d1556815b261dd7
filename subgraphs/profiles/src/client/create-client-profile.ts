import { requireViewer } from '@gigraph/shared/auth'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { changeClient } from './change-client.ts'
import { type ClientProfile, newClientProfile } from './client.ts'

/** Fills in the viewer's client profile once; after that it is ALREADY_EXISTS. */
export const createClientProfile = async (ctx: Context, raw: unknown): Promise<Result<ClientProfile>> => {
  requireViewer(ctx)
  const parsed = parseInput(newClientProfile, raw)
  if (!parsed.ok) return parsed
  const { bio, ...rest } = parsed.value
  return changeClient(ctx, (profile) =>
    profile.completedAt
      ? fail('ALREADY_EXISTS', 'You have a client profile; change it with updateClientProfile.')
      : ok({ ...rest, bio: bio ?? '', completedAt: ctx.clock.now() }),
  )
}
