import { transaction } from '@gigraph/shared/database'
import { ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { removeTrustedDevices } from '../factor/factor-store.ts'
import { findUserForUpdate } from '../user/user-store.ts'
import { endSessions } from './end-sessions.ts'
import { DEVICE_COOKIE, SESSION_COOKIE } from './hand-over.ts'
import { requireSession } from './require-session.ts'

const input = z.object({ keepCurrent: z.boolean().nullish() })

/** Ends the viewer's sessions and forgets trusted devices. Returns how many sessions this has ended. */
export const logoutEverywhere = async (ctx: Context, raw: unknown): Promise<Result<number>> => {
  const viewer = await requireSession(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const except = parsed.value.keepCurrent ? { except: viewer.sessionId } : {}
  ctx.cookies?.forget(DEVICE_COOKIE)
  if (!parsed.value.keepCurrent) ctx.cookies?.forget(SESSION_COOKIE)
  return transaction(ctx.db, async (tx) => {
    // A login that is under way ends before this, and goes with the others, or sees it.
    await findUserForUpdate(tx, viewer.id)
    await removeTrustedDevices(tx, viewer.id)
    return ok((await endSessions(ctx, tx, { userId: viewer.id, ...except }, 'REVOKED')).length)
  })
}
