import type { Database, Transaction } from '@gigraph/shared/database'
import { type Batch, indexBy } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { and, count, eq, getTableColumns, gte, inArray, type SQL, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { erasedUsers, freelancerClients, freelancerProfiles } from '../tables.ts'
import type { FreelancerProfile } from './freelancer.ts'

const { document: _, ...columns } = getTableColumns(freelancerProfiles)

/** The profiles of these users, by user id. */
export const freelancerByUserId: Batch<Context, string, FreelancerProfile> = async (ctx, userIds) =>
  indexBy(
    await ctx.db
      .select(columns)
      .from(freelancerProfiles)
      .where(inArray(freelancerProfiles.userId, userIds.filter(isId))),
    (profile) => profile.userId,
  )

/** How many clients of each freelancer ordered more than once. */
export const repeatClientsByUserId: Batch<Context, string, number> = async (ctx, userIds) => {
  const found = await ctx.db
    .select({ id: freelancerClients.freelancerId, clients: count() })
    .from(freelancerClients)
    .where(and(inArray(freelancerClients.freelancerId, userIds.filter(isId)), gte(freelancerClients.orders, 2)))
    .groupBy(freelancerClients.freelancerId)
  return new Map(found.map((row) => [row.id, row.clients]))
}

/** Makes the empty profile unless there is one, or its user was erased. */
export const createMissing = async (
  tx: Transaction,
  { userId, displayName, at }: { userId: string; displayName: string; at: Date },
): Promise<void> => {
  const [erased] = await tx.select().from(erasedUsers).where(eq(erasedUsers.userId, userId))
  if (erased) return
  await tx
    .insert(freelancerProfiles)
    .values({ userId, displayName, createdAt: at, updatedAt: at })
    .onConflictDoNothing()
}

/** The profile, locked until the end of the transaction. */
export const findOptionalForUpdate = async (
  tx: Transaction,
  userId: string,
): Promise<FreelancerProfile | undefined> => {
  const [profile] = await tx
    .select(columns)
    .from(freelancerProfiles)
    .where(eq(freelancerProfiles.userId, userId))
    .for('update')
  return profile
}

type Changes = {
  [K in keyof typeof freelancerProfiles.$inferInsert]?: (typeof freelancerProfiles.$inferInsert)[K] | SQL
}

/** Writes some columns. Throws when the profile does not exist. */
export const save = async (tx: Transaction, userId: string, changes: Changes): Promise<FreelancerProfile> => {
  const [profile] = await tx
    .update(freelancerProfiles)
    .set(changes as Partial<typeof freelancerProfiles.$inferInsert>)
    .where(eq(freelancerProfiles.userId, userId))
    .returning(columns)
  if (!profile) throw new Error(`the freelancer profile ${userId} does not exist`)
  return profile
}

/** Notes one more order of a client with a freelancer. */
export const countOrder = (db: Database, freelancerId: string, clientId: string) =>
  db
    .insert(freelancerClients)
    .values({ freelancerId, clientId, orders: 1 })
    .onConflictDoUpdate({
      target: [freelancerClients.freelancerId, freelancerClients.clientId],
      set: { orders: sql`${freelancerClients.orders} + 1` },
    })
