import type { Transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'
import { sessionRevoked } from '../events.ts'
import { voidChallenges } from '../login/challenge-store.ts'
import type { EndReason, Session } from './session.ts'
import { endSessionRows } from './session-store.ts'

/**
 * Ends living sessions and tells it, once each: the named one, or all of the user but `except`. With all of them go logins that wait for
 * their second factor: who has given a password that no longer counts must not finish with it.
 */
export const endSessions = async (
  ctx: Context,
  tx: Transaction,
  which: { readonly userId: string; readonly id?: string; readonly except?: string },
  reason: EndReason,
): Promise<readonly Session[]> => {
  const ended = await endSessionRows(tx, which, { endedAt: ctx.clock.now(), endReason: reason })
  if (which.id === undefined) await voidChallenges(tx, which.userId, ctx.clock.now())
  for (const session of ended) await ctx.publish(tx, sessionRevoked, { userId: session.userId, sessionId: session.id })
  return ended
}
