import {
  userDeleted,
  userEmailVerified,
  userReinstated,
  userRoleChanged,
  userSuspended,
} from '@gigraph/identity/events'
import type { Transaction } from '@gigraph/shared/database'
import { forgetPublished } from '@gigraph/shared/events'
import { bind } from '@gigraph/shared/service'
import { eq, inArray, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { findPublished } from '../gig/gig-store.ts'
import { endInvitationsOf } from '../invitation/invitation-store.ts'
import { eraseOfClient } from '../job/job-store.ts'
import { tellClosed } from '../job/tell-closed.ts'
import { relistSeller } from '../listing/relist.ts'
import { countChange, learnWords } from '../listing/search-words.ts'
import { endOffersOf } from '../offer/offer-store.ts'
import { lockSeller, note } from '../seller/seller-store.ts'
import { favourites, gigs, gigVersions, proposals, reports, savedJobs, tools } from '../tables.ts'

const { handle } = bind<Context>()

/** Of two events on the roles of somebody the later one holds; of one instant the one with more roles. */
const noteRoles = async (tx: Transaction, userId: string, roles: readonly string[], at: Date): Promise<void> => {
  const known = await lockSeller(tx, userId)
  if (known.rolesAt && (known.rolesAt > at || (+known.rolesAt === +at && known.roles.length >= roles.length))) return
  await note(tx, userId, { roles: [...roles], rolesAt: at })
}

/** An address is verified once; a later change of it verifies again and changes nothing here. */
export const onUserEmailVerified = handle(
  userEmailVerified,
  'note-verified',
  async (_, tx, { userId, roles }, { occurredAt }) => {
    const known = await lockSeller(tx, userId)
    if (!known.emailVerifiedAt || known.emailVerifiedAt > occurredAt)
      await note(tx, userId, { emailVerifiedAt: occurredAt })
    await noteRoles(tx, userId, roles, occurredAt)
  },
)

export const onUserRoleChanged = handle(userRoleChanged, 'note-roles', (_, tx, { userId, roles }, { occurredAt }) =>
  noteRoles(tx, userId, roles, occurredAt),
)

/** Of two events on the standing of somebody the later one holds, in whichever order they arrive; of one instant the suspension. */
const changeStanding = async (tx: Transaction, userId: string, suspendedAt: Date | null, at: Date): Promise<void> => {
  const known = await lockSeller(tx, userId)
  if (known.standingAt && (known.standingAt > at || (+known.standingAt === +at && known.suspendedAt))) return
  await note(tx, userId, { suspendedAt, standingAt: at })
  await relistSeller(tx, userId)
}

export const onUserSuspended = handle(userSuspended, 'unlist', (_, tx, { userId }, { occurredAt }) =>
  changeStanding(tx, userId, occurredAt, occurredAt),
)

export const onUserReinstated = handle(userReinstated, 'list-again', (_, tx, { userId }, { occurredAt }) =>
  changeStanding(tx, userId, null, occurredAt),
)

/** Search completes and corrects to nothing that only they have said. */
const forgetWords = async (tx: Transaction, userId: string): Promise<void> => {
  const fewer = new Map<string, number>()
  for (const gig of await tx.select().from(gigs).where(eq(gigs.sellerId, userId)))
    for (const [word, count] of countChange(await findPublished(tx, gig), null))
      fewer.set(word, (fewer.get(word) ?? 0) + count)
  await learnWords(tx, fewer)
}

/** Their gigs leave the market and lose their words; orders keep the terms that they froze. */
export const onUserDeleted = handle(userDeleted, 'erase', async (ctx, tx, { userId }, { occurredAt }) => {
  await lockSeller(tx, userId)
  await note(tx, userId, { deletedAt: occurredAt, languages: [], country: null })
  const theirs = tx.select({ id: gigs.id }).from(gigs).where(eq(gigs.sellerId, userId))
  await forgetWords(tx, userId)
  await tx
    .update(gigVersions)
    .set({
      title: 'Deleted gig',
      description: '',
      keywords: '',
      tags: [],
      content: sql`'{"packages":[],"extras":[],"faq":[],"requirements":[]}'::jsonb`,
    })
    .where(inArray(gigVersions.gigId, theirs))
  await tx
    .update(gigs)
    .set({ status: 'ARCHIVED', waitingSince: null, reason: null, slug: sql`${gigs.id}::text` })
    .where(eq(gigs.sellerId, userId))
  await tx
    .update(tools)
    .set({ status: 'REMOVED', title: 'Deleted tool', description: '', endpoint: '', reason: null })
    .where(eq(tools.creatorId, userId))
  await tx
    .update(proposals)
    .set({
      coverLetter: '',
      answers: [],
      milestones: [],
      status: sql`case status when 'ACCEPTED' then status else 'WITHDRAWN' end`,
    })
    .where(eq(proposals.freelancerId, userId))
  await endOffersOf(tx, userId, occurredAt)
  await endInvitationsOf(tx, userId, occurredAt)
  for (const job of await eraseOfClient(tx, userId, occurredAt)) await tellClosed(ctx, tx, job)
  await tx.delete(favourites).where(eq(favourites.userId, userId))
  await tx.delete(savedJobs).where(eq(savedJobs.userId, userId))
  await tx.delete(reports).where(eq(reports.reporterId, userId))
  await forgetPublished(tx, userId)
  await relistSeller(tx, userId)
})
