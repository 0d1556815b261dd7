import { transaction } from '@gigraph/shared/database'
import { notFound, ok, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { requireSession } from '../session/require-session.ts'
import { removeTrustedDevices } from './factor-store.ts'
import { findMfa, type Mfa } from './mfa.ts'

const input = z.object({ trustedDeviceId: z.uuid() })

/** Lets one of the viewer's devices be asked for the second factor again. @throws {ApplicationError} NOT_FOUND for others' devices */
export const revokeTrustedDevice = async (ctx: Context, raw: unknown): Promise<Result<Mfa>> => {
  const viewer = await requireSession(ctx)
  const parsed = input.safeParse(raw)
  const removed =
    parsed.success &&
    (await transaction(ctx.db, (tx) => removeTrustedDevices(tx, viewer.id, parsed.data.trustedDeviceId)))
  if (!removed) throw notFound('Trusted device')
  return ok(await findMfa(ctx, viewer.id))
}
