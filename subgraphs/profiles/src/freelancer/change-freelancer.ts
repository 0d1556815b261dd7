import { requireRole, requireViewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { notFound, ok, type Success } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { type FreelancerProfile, isAvailableNow } from './freelancer.ts'
import { createMissing, findOptionalForUpdate, save } from './freelancer-store.ts'
import { tellProfile } from './tell-profile.ts'

type Changes = Partial<Omit<FreelancerProfile, 'userId' | 'createdAt' | 'updatedAt'>>

/**
 * Changes the viewer's own freelancer profile and tells what search elsewhere needs to know. The profile is made when the
 * event of the registration has not arrived yet.
 *
 * @throws {ApplicationError} UNAUTHENTICATED, FORBIDDEN without the role FREELANCER, NOT_FOUND after the account was erased
 */
export const changeFreelancer = async (
  ctx: Context,
  decide: (tx: Transaction, profile: FreelancerProfile) => Promise<Changes>,
): Promise<Success<FreelancerProfile>> => {
  const viewer = requireViewer(ctx)
  requireRole(viewer, 'FREELANCER')
  const now = ctx.clock.now()
  return transaction(ctx.db, async (tx) => {
    await createMissing(tx, { userId: viewer.id, at: now })
    const before = await findOptionalForUpdate(tx, viewer.id)
    if (!before) throw notFound('Freelancer profile')
    const changes = await decide(tx, before)
    const availableTold = isAvailableNow({ ...before, ...changes }, now)
    const profile = await save(tx, viewer.id, { ...changes, availableTold, updatedAt: now })
    await tellProfile(ctx, tx, profile)
    return ok(profile)
  })
}
