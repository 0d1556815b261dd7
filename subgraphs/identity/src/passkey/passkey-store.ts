import type { Database, Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import { and, asc, eq } from 'drizzle-orm'
import { passkeys } from '../tables.ts'
import type { Passkey } from './passkey.ts'

/** Oldest first. */
export const listPasskeys = (db: Database, userId: string): Promise<Passkey[]> =>
  db.select().from(passkeys).where(eq(passkeys.userId, userId)).orderBy(asc(passkeys.createdAt), asc(passkeys.id))

export const countPasskeys = (db: Database, userId: string): Promise<number> =>
  db.$count(passkeys, eq(passkeys.userId, userId))

export const findOptionalPasskey = async (db: Database, credentialId: string): Promise<Passkey | null> => {
  const [found] = await db.select().from(passkeys).where(eq(passkeys.credentialId, credentialId))
  return found ?? null
}

/** Throws a unique violation of `passkeys_credential` when somebody has it already. */
export const insertPasskey = async (tx: Transaction, passkey: typeof passkeys.$inferInsert): Promise<Passkey> => {
  const [saved] = await tx.insert(passkeys).values(passkey).returning()
  if (!saved) throw new Error('PostgreSQL returned no row')
  return saved
}

/** Changes one of the user's own. @throws {ApplicationError} NOT_FOUND */
export const updatePasskey = async (
  db: Database,
  { id, userId }: Pick<Passkey, 'id' | 'userId'>,
  change: Partial<Pick<Passkey, 'name' | 'counter' | 'backedUp' | 'lastUsedAt'>>,
): Promise<Passkey> => {
  const [saved] = await db
    .update(passkeys)
    .set(change)
    .where(and(eq(passkeys.id, id), eq(passkeys.userId, userId)))
    .returning()
  if (!saved) throw notFound('Passkey')
  return saved
}

export const deletePasskey = async (tx: Transaction, id: string): Promise<void> => {
  await tx.delete(passkeys).where(eq(passkeys.id, id))
}
