import { roles as allRoles, hasRole } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, forbidden, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { userRoleChanged } from '../events.ts'
import type { User } from '../user/user.ts'
import { updateUser } from '../user/user-store.ts'
import { writeAudit } from './audit-store.ts'
import { findSubject, reason, requireStaff } from './require-staff.ts'

const input = z.object({
  userId: z.string(),
  roles: z.array(z.enum(allRoles)).min(1, { error: 'Everybody has at least one role.' }),
  reason,
})

/** Sets somebody's roles; the next access token carries them. Only an administrator makes or unmakes one. */
export const setUserRoles = async (ctx: Context, raw: unknown): Promise<Result<User>> => {
  const viewer = await requireStaff(ctx, { fresh: true })
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { userId, reason } = parsed.value
  const roles = allRoles.filter((role) => parsed.value.roles.includes(role))
  if (userId === viewer.id) return fail('NOT_ALLOWED', 'You cannot change your own roles.')
  return transaction(ctx.db, async (tx) => {
    const user = await findSubject(tx, userId)
    if (user.deletedAt) return fail('INVALID_STATE', 'The account is deleted.', { allowed: [] })
    if (user.roles.includes('ADMIN') !== roles.includes('ADMIN') && !hasRole(viewer, 'ADMIN'))
      throw forbidden('Only an administrator makes or unmakes an administrator.')
    const changed = await updateUser(tx, userId, { roles })
    await writeAudit(ctx, tx, {
      action: 'ROLES_SET',
      subjectId: userId,
      reason,
      before: { roles: user.roles },
      after: { roles },
    })
    await ctx.publish(tx, userRoleChanged, { userId, roles })
    return ok(changed)
  })
}
