import { userDeleted, userEmailVerified, userRegistered, userRoleChanged, userUpdated } from '@gigraph/identity/events'
import type { Transaction } from '@gigraph/shared/database'
import { bind } from '@gigraph/shared/service'
import { eq } from 'drizzle-orm'
import { createMissing as createClient } from '../client/client-store.ts'
import type { Context } from '../context.ts'
import { createMissing as createFreelancer } from '../freelancer/freelancer-store.ts'
import { projectFreelancers } from '../freelancer/project-freelancers.ts'
import { isErased, noteName, noteVerified } from '../person/person-store.ts'
import { forgetUnused } from '../skill/skill-store.ts'
import {
  answers,
  avatars,
  clientJobs,
  clientPayments,
  clientProfiles,
  erasedUsers,
  freelancerOrders,
  freelancerProfiles,
  freelancerReviews,
  people,
  profileEntries,
} from '../tables.ts'
import { removeOf } from '../upload/upload-store.ts'

const { handle } = bind<Context>()

interface Told {
  readonly userId: string
  readonly roles: readonly string[]
  readonly at: Date
}

/** A role brings its profile; one that is given up keeps it, for the case of return. */
const createForRoles = async (tx: Transaction, { userId, roles, at }: Told): Promise<void> => {
  if (roles.includes('FREELANCER')) await createFreelancer(tx, { userId, at })
  if (roles.includes('CLIENT')) await createClient(tx, userId, at)
}

/** Who registers gets the empty profile of each role. */
export const onUserRegistered = handle(
  userRegistered,
  'create-profiles',
  async (ctx, tx, { userId, roles, displayName }, { occurredAt: at }) => {
    if (await isErased(tx, userId)) return
    await noteName(tx, { userId, displayName, at })
    await createForRoles(tx, { userId, roles, at })
    await projectFreelancers(ctx, tx, [userId])
  },
)

export const onUserUpdated = handle(
  userUpdated,
  'rename',
  async (ctx, tx, { userId, displayName }, { occurredAt: at }) => {
    if (await isErased(tx, userId)) return
    await noteName(tx, { userId, displayName, at })
    await projectFreelancers(ctx, tx, [userId])
  },
)

export const onUserEmailVerified = handle(
  userEmailVerified,
  'note-verified',
  async (ctx, tx, { userId }, { occurredAt }) => {
    if (await isErased(tx, userId)) return
    await noteVerified(tx, userId, occurredAt)
    await projectFreelancers(ctx, tx, [userId])
  },
)

export const onUserRoleChanged = handle(
  userRoleChanged,
  'create-profiles-of-new-role',
  async (ctx, tx, { userId, roles }, { occurredAt: at }) => {
    if (await isErased(tx, userId)) return
    await createForRoles(tx, { userId, roles, at })
    await projectFreelancers(ctx, tx, [userId])
  },
)

/** Nothing personal stays, files included, and no late event brings it back. */
export const onUserDeleted = handle(userDeleted, 'erase', async (ctx, tx, { userId }) => {
  await tx.insert(erasedUsers).values({ userId, erasedAt: ctx.clock.now() }).onConflictDoNothing()
  const [profile] = await tx.delete(freelancerProfiles).where(eq(freelancerProfiles.userId, userId)).returning()
  await forgetUnused(tx, profile?.skillSlugs ?? [])
  await tx.delete(clientProfiles).where(eq(clientProfiles.userId, userId))
  await tx.delete(profileEntries).where(eq(profileEntries.userId, userId))
  await tx.delete(avatars).where(eq(avatars.userId, userId))
  await removeOf(ctx, tx, userId)
  await tx.delete(people).where(eq(people.userId, userId))
  await tx.delete(freelancerOrders).where(eq(freelancerOrders.freelancerId, userId))
  await tx.delete(freelancerReviews).where(eq(freelancerReviews.freelancerId, userId))
  await tx.delete(answers).where(eq(answers.userId, userId))
  await tx.delete(clientJobs).where(eq(clientJobs.clientId, userId))
  await tx.delete(clientPayments).where(eq(clientPayments.clientId, userId))
})
