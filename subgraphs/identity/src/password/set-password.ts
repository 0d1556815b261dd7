import type { Database, Transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'
import { hasTotp, removeTrustedDevices } from '../factor/factor-store.ts'
import { sendAccountNotice } from '../mail/mail-jobs.ts'
import { voidTokens } from '../mail/mail-token.ts'
import { endSessions } from '../session/end-sessions.ts'
import type { User } from '../user/user.ts'
import { findUserForUpdate, updateCredentials } from '../user/user-store.ts'
import { faultOf, LEAST_ALONE, LEAST_WITH_TOTP } from './password.ts'

/** Why this user may not have this password; null when they may. */
export const faultFor = async (db: Database, user: User, password: string): Promise<string | null> => {
  const leastLength = (await hasTotp(db, user.id)) ? LEAST_WITH_TOTP : LEAST_ALONE
  return faultOf(password, { ...user, email: user.email ?? '' }, leastLength)
}

/** Sets a password and ends what the old one opened: sessions but `except`, trusted devices, links to a new password. */
export const setPassword = async (
  ctx: Context,
  tx: Transaction,
  { user, passwordHash, except }: { readonly user: User; readonly passwordHash: string; readonly except?: string },
): Promise<void> => {
  const now = ctx.clock.now()
  // Logins that are under way end before this or see it: they lock the user too.
  await findUserForUpdate(tx, user.id)
  await updateCredentials(tx, user.id, { passwordHash, changedAt: now, mfaFailures: 0 })
  await voidTokens(tx, user.id, 'RESET_PASSWORD', now)
  await removeTrustedDevices(tx, user.id)
  await endSessions(ctx, tx, { userId: user.id, ...(except !== undefined && { except }) }, 'PASSWORD_CHANGED')
  await ctx.enqueue(tx, sendAccountNotice, { userId: user.id, notice: 'PASSWORD_CHANGED' })
}
