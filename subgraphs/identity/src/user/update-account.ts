import { isUniqueViolation, type Transaction, transaction } from '@gigraph/shared/database'
import { type Failure, fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { after } from '@gigraph/shared/time'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { userUpdated } from '../events.ts'
import { requireSession } from '../session/require-session.ts'
import { displayName, handle, locale, timeZone, type User } from './user.ts'
import { findUserForUpdate, isHandleTaken, reserveHandle, updateUser } from './user-store.ts'

/** Nobody can slip into somebody's old name for this long: links and mentions still point to it. */
const OLD_HANDLE_RESERVED = '90d'

const input = z.object({
  handle: handle.nullish(),
  displayName: displayName.nullish(),
  locale: locale.nullish(),
  timeZone: timeZone.nullish(),
})

const handleTaken = (): Failure =>
  fail('ALREADY_EXISTS', 'This handle is taken. Choose another.', { field: ['input', 'handle'] })

/** Changes the viewer's handle, name, language or time zone; other services hear of the first two. */
export const updateAccount = async (ctx: Context, raw: unknown): Promise<Result<{ readonly id: string }>> => {
  const viewer = await requireSession(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  try {
    return await transaction(ctx.db, async (tx) => {
      const user = await findUserForUpdate(tx, viewer.id)
      const changed = {
        handle: parsed.value.handle ?? user.handle,
        displayName: parsed.value.displayName ?? user.displayName,
        locale: parsed.value.locale ?? user.locale,
        timeZone: parsed.value.timeZone ?? user.timeZone,
      }
      if (changed.handle !== user.handle && !(await moveHandle(ctx, tx, user, changed.handle))) return handleTaken()
      await updateUser(tx, user.id, changed)
      await ctx.publish(tx, userUpdated, { userId: user.id, handle: changed.handle, displayName: changed.displayName })
      return ok({ id: user.id })
    })
  } catch (error) {
    if (isUniqueViolation(error, 'users_handle')) return handleTaken()
    throw error
  }
}

const moveHandle = async (ctx: Context, tx: Transaction, user: User, next: string): Promise<boolean> => {
  const now = ctx.clock.now()
  if (await isHandleTaken(tx, next, now)) return false
  await reserveHandle(tx, user.handle, after(now, OLD_HANDLE_RESERVED))
  return true
}
