import { requireScope, type Viewer } from '@gigraph/shared/auth'
import type { Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { requireFreshSession, requireSession } from '../session/require-session.ts'
import type { User } from '../user/user.ts'
import { findUserForUpdate } from '../user/user-store.ts'

/** Why staff did something, in their own words. */
export const reason = z
  .string()
  .trim()
  .min(3, { error: 'Say why; it is kept with your name.' })
  .max(500, { error: 'A reason has at most 500 characters.' })

/** A member of staff who may change accounts, in person. @throws {ApplicationError} UNAUTHENTICATED, FORBIDDEN */
export const requireStaff = async (ctx: Context, { fresh = false } = {}): Promise<Viewer> => {
  const viewer = await (fresh ? requireFreshSession(ctx) : requireSession(ctx))
  requireScope(viewer, 'users:write')
  return viewer
}

/** Whom it is about, locked. @throws {ApplicationError} NOT_FOUND, also for what is no id */
export const findSubject = (tx: Transaction, userId: string): Promise<User> => {
  if (!z.uuid().safeParse(userId).success) throw notFound('User')
  return findUserForUpdate(tx, userId)
}
