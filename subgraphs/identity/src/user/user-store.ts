import { type Database, prepared, type Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import { type Batch, indexBy } from '@gigraph/shared/graphql'
import { and, eq, gt, lte, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { credentials, reservedHandles, users } from '../tables.ts'
import type { User } from './user.ts'

/** A user with what login needs. */
export interface UserWithCredentials {
  readonly user: User
  readonly passwordHash: string
}

export const findOptionalUser = async (db: Database, id: string): Promise<User | null> => {
  const [user] = await db.select().from(users).where(eq(users.id, id))
  return user ?? null
}

/** @throws {ApplicationError} NOT_FOUND */
export const findUser = async (db: Database, id: string): Promise<User> => {
  const user = await findOptionalUser(db, id)
  if (!user) throw notFound('User')
  return user
}

/** Locked until the transaction ends. @throws {ApplicationError} NOT_FOUND */
export const findUserForUpdate = async (tx: Transaction, id: string): Promise<User> => {
  const [user] = await tx.select().from(users).where(eq(users.id, id)).for('update')
  if (!user) throw notFound('User')
  return user
}

export const findOptionalUserByEmail = async (db: Database, email: string): Promise<User | null> => {
  const [user] = await db.select().from(users).where(eq(users.email, email))
  return user ?? null
}

export const findOptionalUserByHandle = async (db: Database, handle: string): Promise<User | null> => {
  const [user] = await db.select().from(users).where(eq(users.handle, handle))
  return user ?? null
}

export const findOptionalWithCredentials = async (db: Database, email: string): Promise<UserWithCredentials | null> => {
  const [found] = await db
    .select({ user: users, passwordHash: credentials.passwordHash })
    .from(users)
    .innerJoin(credentials, eq(credentials.userId, users.id))
    .where(eq(users.email, email))
  return found ?? null
}

/** @throws {ApplicationError} NOT_FOUND */
export const findCredentials = async (db: Database, userId: string): Promise<typeof credentials.$inferSelect> => {
  const [found] = await db.select().from(credentials).where(eq(credentials.userId, userId))
  if (!found) throw notFound('User')
  return found
}

/** Throws a unique violation of `users_email` or `users_handle` when either is taken. */
export const insertUser = async (
  tx: Transaction,
  user: typeof users.$inferInsert,
  passwordHash: string,
): Promise<User> => {
  const [saved] = await tx.insert(users).values(user).returning()
  if (!saved) throw new Error('PostgreSQL returned no row')
  await tx.insert(credentials).values({ userId: saved.id, passwordHash, changedAt: saved.createdAt })
  return saved
}

export const updateUser = async (
  db: Database,
  id: string,
  change: Partial<typeof users.$inferInsert>,
): Promise<User> => {
  const [user] = await db.update(users).set(change).where(eq(users.id, id)).returning()
  if (!user) throw notFound('User')
  return user
}

export const updateCredentials = async (
  db: Database,
  userId: string,
  change: Partial<typeof credentials.$inferInsert>,
): Promise<void> => {
  await db.update(credentials).set(change).where(eq(credentials.userId, userId))
}

/** Replaces a hash, if it is still that one. Returns whether it was. */
export const replacePasswordHash = async (
  db: Database,
  userId: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<boolean> => {
  const replaced = await db
    .update(credentials)
    .set({ passwordHash: to })
    .where(and(eq(credentials.userId, userId), eq(credentials.passwordHash, from)))
    .returning({ userId: credentials.userId })
  return replaced.length > 0
}

export const countMfaFailure = async (tx: Transaction, userId: string): Promise<void> => {
  await tx
    .update(credentials)
    .set({ mfaFailures: sql`${credentials.mfaFailures} + 1` })
    .where(eq(credentials.userId, userId))
}

/** Whether somebody has the handle or it is set aside. */
export const isHandleTaken = async (db: Database, handle: string, at: Date): Promise<boolean> => {
  const owned = await db.$count(users, eq(users.handle, handle))
  const reserved = await db.$count(
    reservedHandles,
    and(eq(reservedHandles.handle, handle), gt(reservedHandles.expiresAt, at)),
  )
  return owned + reserved > 0
}

/** Sets a handle aside until `expiresAt`. */
export const reserveHandle = async (db: Database, handle: string, expiresAt: Date): Promise<void> => {
  await db
    .insert(reservedHandles)
    .values({ handle, expiresAt })
    .onConflictDoUpdate({ target: reservedHandles.handle, set: { expiresAt } })
}

export const removeOldReservations = async (db: Database, at: Date): Promise<void> => {
  await db.delete(reservedHandles).where(lte(reservedHandles.expiresAt, at))
}

export const userById: Batch<Context, string, User> = async (ctx, ids) =>
  indexBy(await usersByIds(ctx.db).execute({ ids }), (user) => user.id)

const usersByIds = prepared((db) =>
  db
    .select()
    .from(users)
    .where(sql`${users.id} = any(${sql.placeholder('ids')}::uuid[])`)
    .prepare('users-by-ids'),
)
