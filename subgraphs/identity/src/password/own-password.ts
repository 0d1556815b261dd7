import type { Viewer } from '@gigraph/shared/auth'
import type { Context } from '../context.ts'
import { passwordChecks } from '../rate-limit/limits.ts'
import { forgive, requireWithin } from '../rate-limit/rate-limit.ts'
import { findCredentials } from '../user/user-store.ts'
import { verifyPassword } from './password-hash.ts'

/** The hash of the viewer's password, when this is it; null when it is not. @throws {ApplicationError} RATE_LIMITED after ten wrong ones in 15 minutes */
export const ownPasswordHash = async (ctx: Context, viewer: Viewer, password: string): Promise<string | null> => {
  await requireWithin(ctx, passwordChecks, viewer.id)
  const { passwordHash } = await findCredentials(ctx.db, viewer.id)
  const fits = await verifyPassword(passwordHash, password)
  if (fits) await forgive(ctx, [[passwordChecks, viewer.id]])
  return fits ? passwordHash : null
}
