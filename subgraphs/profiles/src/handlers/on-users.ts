import { userDeleted, userRegistered, userRoleChanged, userUpdated } from '@gigraph/identity/events'
import { afterCommit, type Transaction } from '@gigraph/shared/database'
import { bind } from '@gigraph/shared/service'
import { eq } from 'drizzle-orm'
import { createMissing as createClient } from '../client/client-store.ts'
import type { Context } from '../context.ts'
import { createMissing as createFreelancer } from '../freelancer/freelancer-store.ts'
import {
  avatars,
  clientJobs,
  clientPayments,
  clientProfiles,
  erasedUsers,
  freelancerClients,
  freelancerProfiles,
  profileEntries,
  uploads,
} from '../tables.ts'
import { removeImage, removeSent } from '../upload/files.ts'

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
  const [avatar] = await tx.delete(avatars).where(eq(avatars.userId, userId)).returning()
  const sent = await tx.delete(uploads).where(eq(uploads.userId, userId)).returning()
  afterCommit(tx, async () => {
    if (avatar) await removeImage(ctx.config.UPLOAD_DIRECTORY, avatar.imageId)
    await Promise.all(sent.map(({ id }) => removeSent(ctx.config.UPLOAD_DIRECTORY, id)))
  })
  await tx.delete(profileEntries).where(eq(profileEntries.userId, userId))
  await tx.delete(clientJobs).where(eq(clientJobs.clientId, userId))
  await tx.delete(clientPayments).where(eq(clientPayments.clientId, userId))
})
