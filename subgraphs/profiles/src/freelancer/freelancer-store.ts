import type { Transaction } from '@gigraph/shared/database'
import { type Batch, indexBy } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { and, eq, getTableColumns, gt, inArray, isNotNull, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { isErased } from '../person/person-store.ts'
import { freelancerProfiles, people } from '../tables.ts'
import type { FreelancerProfile } from './freelancer.ts'

const {
  document: _,
  standing: __,
  rated: ___,
  cheap: ____,
  dear: _____,
  newest: ______,
  ...columns
} = getTableColumns(freelancerProfiles)

/** The profiles of these users, by user id. */
export const freelancerByUserId: Batch<Context, string, FreelancerProfile> = async (ctx, userIds) =>
  indexBy(
    await ctx.db
      .select(columns)
      .from(freelancerProfiles)
      .where(inArray(freelancerProfiles.userId, userIds.filter(isId))),
    (profile) => profile.userId,
  )

/** Makes the empty profile unless there is one, or its user was erased. Returns whether there is one now. */
export const createMissing = async (
  tx: Transaction,
  { userId, at }: { readonly userId: string; readonly at: Date },
): Promise<boolean> => {
  if (await isErased(tx, userId)) return false
  const [person] = await tx.select().from(people).where(eq(people.userId, userId))
  await tx
    .insert(freelancerProfiles)
    .values({
      userId,
      displayName: person?.displayName ?? '',
      verified: person?.verifiedAt != null,
      createdAt: at,
      updatedAt: at,
    })
    .onConflictDoUpdate({
      target: freelancerProfiles.userId,
      set: { createdAt: at },
      // They are a freelancer since the first that was heard of it, in whatever order that arrives.
      setWhere: gt(freelancerProfiles.createdAt, at),
    })
  return true
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

/** Writes some columns. Throws when the profile does not exist. */
export const save = async (
  tx: Transaction,
  userId: string,
  changes: Partial<typeof freelancerProfiles.$inferInsert>,
): Promise<FreelancerProfile> => {
  const [profile] = await tx
    .update(freelancerProfiles)
    .set(changes)
    .where(eq(freelancerProfiles.userId, userId))
    .returning(columns)
  if (!profile) throw new Error(`the freelancer profile ${userId} does not exist`)
  return profile
}

/** Freelancers with days away of whom others were told something else than is so now, locked; those that are worked on aside. */
export const lockUntold = (tx: Transaction, now: Date, limit: number): Promise<FreelancerProfile[]> => {
  const { availability, awayFromOn, awayToOn, availableTold } = freelancerProfiles
  const today = now.toISOString().slice(0, 10)
  const isFree = sql`${availability} = 'AVAILABLE' and ${today}::date not between ${awayFromOn} and ${awayToOn}`
  return tx
    .select(columns)
    .from(freelancerProfiles)
    .where(and(isNotNull(awayFromOn), sql`${availableTold} is distinct from (${isFree})`))
    .orderBy(freelancerProfiles.userId)
    .limit(limit)
    .for('update', { skipLocked: true })
}
