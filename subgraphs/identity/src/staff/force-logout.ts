import { transaction } from '@gigraph/shared/database'
import { ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { removeTrustedDevices } from '../factor/factor-store.ts'
import { endSessions } from '../session/end-sessions.ts'
import type { User } from '../user/user.ts'
import { writeAudit } from './audit-store.ts'
import { findSubject, reason, requireStaff } from './require-staff.ts'

const input = z.object({ userId: z.string(), reason })

/** Ends all sessions of somebody and forgets trusted devices. */
export const forceLogout = async (
  ctx: Context,
  raw: unknown,
): Promise<Result<{ readonly user: User; readonly endedSessions: number }>> => {
  await requireStaff(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { userId, reason } = parsed.value
  return transaction(ctx.db, async (tx) => {
    const user = await findSubject(tx, userId)
    const endedSessions = (await endSessions(ctx, tx, { userId }, 'FORCED')).length
    await removeTrustedDevices(tx, userId)
    await writeAudit(ctx, tx, {
      action: 'LOGGED_OUT',
      subjectId: userId,
      reason,
      before: { sessions: endedSessions },
      after: { sessions: 0 },
    })
    return ok({ user, endedSessions })
  })
}
