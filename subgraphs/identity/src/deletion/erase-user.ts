import { afterCommit, type Transaction } from '@gigraph/shared/database'
import { forgetPublished } from '@gigraph/shared/events'
import { eq } from 'drizzle-orm'
import { revokeKeys } from '../api-key/revoke-api-key.ts'
import type { Context } from '../context.ts'
import { mintToken } from '../crypto/secrets.ts'
import { userDeleted } from '../events.ts'
import { endDataExports } from '../export/data-export-store.ts'
import { endSessions } from '../session/end-sessions.ts'
import {
  apiKeys,
  credentials,
  emailChanges,
  loginChallenges,
  mailTokens,
  passkeyChallenges,
  passkeys,
  recoveryCodes,
  sessions,
  totpFactors,
  trustedDevices,
} from '../tables.ts'
import type { User } from '../user/user.ts'
import { updateUser } from '../user/user-store.ts'

const personal = [
  credentials,
  totpFactors,
  passkeys,
  passkeyChallenges,
  recoveryCodes,
  trustedDevices,
  loginChallenges,
  mailTokens,
  emailChanges,
]

/**
 * Removes what is personal. The row stays as a nameless one, because orders, reviews and the ledger point to its id; so does the
 * audit log, which staff's acts must not leave.
 */
export const eraseUser = async (ctx: Context, tx: Transaction, user: User): Promise<void> => {
  const { id } = user
  await endSessions(ctx, tx, { userId: id }, 'DELETED')
  await revokeKeys(ctx, tx, id)
  await endDataExports(tx, id, ctx.clock.now())
  // Their ids stay: the gateway still has to learn that they are over.
  await tx.update(sessions).set({ address: '', userAgent: '' }).where(eq(sessions.userId, id))
  await tx.update(apiKeys).set({ name: '', prefix: '', lastUsedFrom: null }).where(eq(apiKeys.userId, id))
  for (const table of personal) await tx.delete(table).where(eq(table.userId, id))
  // Facts that were delivered long ago and still name the person.
  await forgetPublished(tx, id)
  await updateUser(tx, id, {
    email: null,
    handle: `deleted-${mintToken()
      .replaceAll(/[^a-zA-Z0-9]/g, '')
      .slice(0, 16)
      .toLowerCase()}`,
    displayName: 'Deleted user',
    locale: 'en',
    timeZone: 'UTC',
    roles: [],
    emailVerifiedAt: null,
    lastLoginAt: null,
    suspendedAt: null,
    suspendedUntil: null,
    suspensionReason: null,
    deletionDueAt: null,
    deletedAt: ctx.clock.now(),
  })
  await ctx.publish(tx, userDeleted, { userId: id })
  // For who restores a backup: the ids of those who must go again.
  afterCommit(tx, () => ctx.log.info({ userId: id }, 'an account was erased'))
}
