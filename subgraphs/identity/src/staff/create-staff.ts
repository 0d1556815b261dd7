import { hasRole, type Viewer } from '@gigraph/shared/auth'
import { isUniqueViolation, type Transaction, transaction } from '@gigraph/shared/database'
import { type Failure, fail, forbidden, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { mintToken } from '../crypto/secrets.ts'
import { userRegistered } from '../events.ts'
import { sendInvitationMail, sendVerificationMail } from '../mail/mail-jobs.ts'
import { faultOf, LEAST_ALONE, passwordText } from '../password/password.ts'
import { hashPassword } from '../password/password-hash.ts'
import { displayName, emailAddress, handle, type User } from '../user/user.ts'
import { findOptionalUserByEmail, insertUser, isHandleTaken } from '../user/user-store.ts'
import { writeAudit } from './audit-store.ts'
import { requireStaff } from './require-staff.ts'

/** What is asked about every colleague. */
export const colleague = { email: emailAddress, handle, displayName }
const adminInput = z.object({ ...colleague, password: passwordText })
const invitationInput = z.object({ ...colleague, role: z.enum(['SUPPORT', 'ADMIN']) })

interface Colleague {
  readonly email: string
  readonly handle: string
  readonly displayName: string
  readonly role: 'SUPPORT' | 'ADMIN'
}

const requireAdmin = async (ctx: Context): Promise<Viewer> => {
  const viewer = await requireStaff(ctx, { fresh: true })
  if (!hasRole(viewer, 'ADMIN')) throw forbidden('Only an administrator makes colleagues.')
  return viewer
}

/** Creates an administrator with a password; the address has to be verified. */
export const createAdmin = async (ctx: Context, raw: unknown): Promise<Result<User>> => {
  await requireAdmin(ctx)
  const parsed = parseInput(adminInput, raw)
  if (!parsed.ok) return parsed
  const { password, ...admin } = parsed.value
  const fault = faultOf(password, admin, LEAST_ALONE)
  if (fault) return fail('VALIDATION', fault, { field: ['input', 'password'] })
  const passwordHash = await hashPassword(password)
  return createColleague(ctx, { ...admin, role: 'ADMIN' }, passwordHash, async (tx, user) => {
    await writeAudit(ctx, tx, { action: 'ADMIN_CREATED', subjectId: user.id, reason: 'created', ...appeared(user) })
    await ctx.enqueue(tx, sendVerificationMail, { userId: user.id })
  })
}

/** Creates an account for a colleague, who chooses the password with the link of the invitation. */
export const inviteStaff = async (ctx: Context, raw: unknown): Promise<Result<User>> => {
  await requireAdmin(ctx)
  const parsed = parseInput(invitationInput, raw)
  if (!parsed.ok) return parsed
  // Nobody knows this password: the account opens with the link only.
  return createColleague(ctx, parsed.value, await hashPassword(mintToken()), async (tx, user) => {
    await writeAudit(ctx, tx, { action: 'STAFF_INVITED', subjectId: user.id, reason: 'invited', ...appeared(user) })
    await ctx.enqueue(tx, sendInvitationMail, { userId: user.id })
  })
}

const appeared = ({ roles }: User) => ({ before: {}, after: { roles } })

/** Staff sees who is a member anyway, so here a known address is said to be one. */
const taken = (field: 'email' | 'handle'): Failure =>
  fail('ALREADY_EXISTS', field === 'email' ? 'This address has an account.' : 'This handle is taken.', {
    field: ['input', field],
  })

/** Writes a colleague's account; `finish` adds what the way of its making needs, in the same transaction. */
export const createColleague = async (
  ctx: Context,
  { role, ...person }: Colleague,
  passwordHash: string,
  finish: (tx: Transaction, user: User) => Promise<void>,
): Promise<Result<User>> => {
  const now = ctx.clock.now()
  try {
    return await transaction(ctx.db, async (tx) => {
      if (await findOptionalUserByEmail(tx, person.email)) return taken('email')
      if (await isHandleTaken(tx, person.handle, now)) return taken('handle')
      const roles = [role]
      const values = { id: ctx.makeId(), ...person, roles, locale: 'en', timeZone: 'UTC', createdAt: now }
      const user = await insertUser(tx, values, passwordHash)
      const { handle, displayName } = user
      await ctx.publish(tx, userRegistered, { userId: user.id, handle, displayName, roles })
      await finish(tx, user)
      return ok(user)
    })
  } catch (error) {
    if (isUniqueViolation(error, 'users_email')) return taken('email')
    if (isUniqueViolation(error, 'users_handle')) return taken('handle')
    throw error
  }
}
