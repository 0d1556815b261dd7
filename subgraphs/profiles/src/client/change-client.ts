import { requireRole, requireViewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { notFound, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import type { clientProfiles } from '../tables.ts'
import type { ClientProfile } from './client.ts'
import { createMissing, findOptionalForUpdate, save } from './client-store.ts'

type Changes = Partial<typeof clientProfiles.$inferInsert>

/**
 * Changes the viewer's own client profile. It is made when the event of the registration has not arrived yet.
 *
 * @param decide what to write, or why nothing may be written
 * @throws {ApplicationError} UNAUTHENTICATED, FORBIDDEN without the role CLIENT, NOT_FOUND after the account was erased
 */
export const changeClient = async (
  ctx: Context,
  decide: (profile: ClientProfile, tx: Transaction) => Result<Changes> | Promise<Result<Changes>>,
): Promise<Result<ClientProfile>> => {
  const viewer = requireViewer(ctx)
  requireRole(viewer, 'CLIENT')
  const now = ctx.clock.now()
  return transaction(ctx.db, async (tx) => {
    await createMissing(tx, viewer.id, now)
    const before = await findOptionalForUpdate(tx, viewer.id)
    if (!before) throw notFound('Client profile')
    const decided = await decide(before, tx)
    if (!decided.ok) return decided
    return { ok: true, value: await save(tx, viewer.id, { ...decided.value, updatedAt: now }) }
  })
}
