import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { userRoleChanged } from '../events.ts'
import { requireSession } from '../session/require-session.ts'
import { findUserForUpdate, updateUser } from './user-store.ts'

const input = z.object({ role: z.enum(['CLIENT', 'FREELANCER', 'TOOL_CREATOR']) })

/** Gives the viewer another role that people give themselves; the next access token carries it. */
export const addRole = async (ctx: Context, raw: unknown): Promise<Result<{ readonly id: string }>> => {
  const viewer = await requireSession(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { role } = parsed.value
  return transaction(ctx.db, async (tx) => {
    const user = await findUserForUpdate(tx, viewer.id)
    if (user.roles.includes(role))
      return fail('ALREADY_EXISTS', 'You have this role already.', { field: ['input', 'role'] })
    const roles = [...user.roles, role]
    await updateUser(tx, user.id, { roles })
    await ctx.publish(tx, userRoleChanged, { userId: user.id, roles })
    return ok({ id: user.id })
  })
}
