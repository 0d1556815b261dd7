import { transaction } from '@gigraph/shared/database'
import { notFound, ok, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { endSessions } from './end-sessions.ts'
import { requireSession } from './require-session.ts'
import type { Session } from './session.ts'
import { findSessionOf } from './session-store.ts'

const input = z.object({ sessionId: z.uuid() })

/** Ends one of the viewer's sessions; one that is over already stays so. @throws {ApplicationError} NOT_FOUND for others' sessions */
export const revokeSession = async (ctx: Context, raw: unknown): Promise<Result<Session>> => {
  const viewer = await requireSession(ctx)
  const parsed = input.safeParse(raw)
  if (!parsed.success) throw notFound('Session')
  const { sessionId } = parsed.data
  const session = await findSessionOf(ctx.db, viewer.id, sessionId)
  return transaction(ctx.db, async (tx) => {
    const [ended] = await endSessions(ctx, tx, { userId: viewer.id, id: sessionId }, 'REVOKED')
    return ok(ended ?? session)
  })
}
