import { userDeleted, userRegistered, userRoleChanged, userUpdated } from '@gigraph/identity/events'
import type { Transaction } from '@gigraph/shared/database'
import { bind } from '@gigraph/shared/service'
import { eq } from 'drizzle-orm'
import { createMissing as createClient } from '../client/client-store.ts'
import type { Context } from '../context.ts'
import { createMissing as createFreelancer } from '../freelancer/freelancer-store.ts'
import {
  clientJobs,
  clientPayments,
  clientProfiles,
  erasedUsers,
  freelancerClients,
  freelancerProfiles,
  profileEntries,
} from '../tables.ts'

const { handle } = bind<Context>()

interface Registered {
  readonly userId: string
  readonly roles: readonly string[]
  readonly displayName: string
  readonly at: Date
}

const createForRoles = async (tx: Transaction, { userId, roles, displayName, at }: Registered): Promise<void> => {
  if (roles.includes('FREELANCER')) await createFreelancer(tx, { userId, displayName, at })
  if (roles.includes('CLIENT')) await createClient(tx, userId, at)
}

const rename = (tx: Transaction, userId: string, displayName: string) =>
  tx.update(freelancerProfiles).set({ displayName }).where(eq(freelancerProfiles.userId, userId))

/** Who registers gets the empty profile of each role. */
export const onUserRegistered = handle(
  userRegistered,
  'create-profiles',
  async (_, tx, { userId, roles, displayName }, { occurredAt }) => {
    await createForRoles(tx, { userId, roles, displayName, at: occurredAt })
    // Made nameless when its owner was faster than this event.
    const [profile] = await tx.select().from(freelancerProfiles).where(eq(freelancerProfiles.userId, userId))
    if (profile?.displayName === '') await rename(tx, userId, displayName)
  },
)

export const onUserUpdated = handle(userUpdated, 'rename', async (_, tx, { userId, displayName }) => {
  await rename(tx, userId, displayName)
})

/** A new role brings its profile; one that is given up keeps it, for the case of return. */
export const onUserRoleChanged = handle(
  userRoleChanged,
  'create-profiles-of-new-role',
  async (_, tx, { userId, roles }, { occurredAt }) =>
    createForRoles(tx, { userId, roles, displayName: '', at: occurredAt }),
)

/** Nothing personal stays, and no late event brings it back. */
export const onUserDeleted = handle(userDeleted, 'erase', async (ctx, tx, { userId }) => {
  await tx.insert(erasedUsers).values({ userId, erasedAt: ctx.clock.now() }).onConflictDoNothing()
  await tx.delete(freelancerProfiles).where(eq(freelancerProfiles.userId, userId))
  await tx.delete(clientProfiles).where(eq(clientProfiles.userId, userId))
  await tx.delete(freelancerClients).where(eq(freelancerClients.freelancerId, userId))
  await tx.delete(profileEntries).where(eq(profileEntries.userId, userId))
  await tx.delete(clientJobs).where(eq(clientJobs.clientId, userId))
  await tx.delete(clientPayments).where(eq(clientPayments.clientId, userId))
})
