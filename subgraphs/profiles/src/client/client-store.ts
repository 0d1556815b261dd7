import type { Transaction } from '@gigraph/shared/database'
import { type Batch, indexBy } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { eq, gt, inArray } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { isErased } from '../person/person-store.ts'
import { clientProfiles } from '../tables.ts'
import type { ClientProfile } from './client.ts'

/** The profiles of these users, by user id. */
export const clientByUserId: Batch<Context, string, ClientProfile> = async (ctx, userIds) =>
  indexBy(
    await ctx.db
      .select()
      .from(clientProfiles)
      .where(inArray(clientProfiles.userId, userIds.filter(isId))),
    (profile) => profile.userId,
  )

/** Makes the empty profile unless there is one, or its user was erased. */
export const createMissing = async (tx: Transaction, userId: string, at: Date): Promise<void> => {
  if (await isErased(tx, userId)) return
  await tx
    .insert(clientProfiles)
    .values({ userId, createdAt: at, updatedAt: at })
    .onConflictDoUpdate({
      target: clientProfiles.userId,
      set: { createdAt: at },
      // They are a client since the first that was heard of it, in whatever order that arrives.
      setWhere: gt(clientProfiles.createdAt, at),
    })
}

/** The profile, locked until the end of the transaction. */
export const findOptionalForUpdate = async (tx: Transaction, userId: string): Promise<ClientProfile | undefined> => {
  const [profile] = await tx.select().from(clientProfiles).where(eq(clientProfiles.userId, userId)).for('update')
  return profile
}

/** Writes some columns. Throws when the profile does not exist. */
export const save = async (
  tx: Transaction,
  userId: string,
  changes: Partial<typeof clientProfiles.$inferInsert>,
): Promise<ClientProfile> => {
  const [profile] = await tx.update(clientProfiles).set(changes).where(eq(clientProfiles.userId, userId)).returning()
  if (!profile) throw new Error(`the client profile ${userId} does not exist`)
  return profile
}
