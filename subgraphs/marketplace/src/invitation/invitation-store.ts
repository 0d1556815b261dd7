import type { Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import { type Batch, type ConnectionArguments, indexBy, paginate } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { and, count, eq, inArray, ne, or, type SQL } from 'drizzle-orm'
import type { MarketSide } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import { invitations } from '../tables.ts'
import { type Invitation, type InvitationStatus, invitationTransitions } from './invitation.ts'

export const invitationById: Batch<Context, string, Invitation> = async (ctx, ids) =>
  indexBy(
    await ctx.db
      .select()
      .from(invitations)
      .where(inArray(invitations.id, ids.filter(isId))),
    ({ id }) => id,
  )

/** The invitation that the viewer got for each job; one that was taken back is none. */
export const ownByJob: Batch<Context, string, Invitation> = async (ctx, jobIds) =>
  ctx.viewer
    ? indexBy(
        await ctx.db
          .select()
          .from(invitations)
          .where(
            and(
              inArray(invitations.jobId, [...jobIds]),
              eq(invitations.freelancerId, ctx.viewer.id),
              ne(invitations.status, 'WITHDRAWN'),
            ),
          ),
        ({ jobId }) => jobId,
      )
    : new Map()

/** The invitation, locked until the end of the transaction. @throws {ApplicationError} NOT_FOUND */
export const findForUpdate = async (tx: Transaction, id: string): Promise<Invitation> => {
  const [found] = isId(id) ? await tx.select().from(invitations).where(eq(invitations.id, id)).for('update') : []
  if (!found) throw notFound('Invitation')
  return found
}

export const countOfJob = async (tx: Transaction, jobId: string): Promise<number> => {
  const [found] = await tx.select({ count: count() }).from(invitations).where(eq(invitations.jobId, jobId))
  return found?.count ?? 0
}

/** Adds an invitation; answers undefined when there is one for the same job and freelancer. */
export const add = async (tx: Transaction, invitation: Invitation): Promise<Invitation | undefined> => {
  const [added] = await tx.insert(invitations).values(invitation).onConflictDoNothing().returning()
  return added
}

export const save = async (tx: Transaction, id: string, changes: Partial<Invitation>): Promise<Invitation> => {
  const [saved] = await tx.update(invitations).set(changes).where(eq(invitations.id, id)).returning()
  if (!saved) throw new Error(`the invitation ${id} is gone`)
  return saved
}

const appliesFrom = (Object.keys(invitationTransitions) as InvitationStatus[]).filter(
  (status) => invitationTransitions[status].apply,
)

/** Notes that the invited freelancer has applied. */
export const noteApplied = async (
  tx: Transaction,
  {
    jobId,
    freelancerId,
    createdAt,
  }: { readonly jobId: string; readonly freelancerId: string; readonly createdAt: Date },
): Promise<void> => {
  await tx
    .update(invitations)
    .set({ status: 'APPLIED', decidedAt: createdAt })
    .where(
      and(
        eq(invitations.jobId, jobId),
        eq(invitations.freelancerId, freelancerId),
        inArray(invitations.status, appliesFrom),
      ),
    )
}

const list = (ctx: Context, args: ConnectionArguments, condition: SQL | undefined) =>
  paginate(
    args,
    [
      { column: invitations.createdAt, direction: 'desc', of: (row: Invitation) => row.createdAt },
      { column: invitations.id, direction: 'desc', of: (row: Invitation) => row.id },
    ],
    ({ where, orderBy, limit }) =>
      ctx.db
        .select()
        .from(invitations)
        .where(and(condition, where))
        .orderBy(...orderBy)
        .limit(limit),
  )

export const listOfJob = (ctx: Context, jobId: string, args: ConnectionArguments) =>
  list(ctx, args, eq(invitations.jobId, jobId))

const onSide = (userId: string, side: MarketSide | null | undefined): SQL | undefined => {
  const on = { FREELANCER: eq(invitations.freelancerId, userId), CLIENT: eq(invitations.clientId, userId) }
  return side ? on[side] : or(on.FREELANCER, on.CLIENT)
}

/** Those that somebody sent or received, newest first. */
export const listOf = (
  ctx: Context,
  userId: string,
  {
    status,
    side,
    ...args
  }: ConnectionArguments & {
    readonly status?: readonly InvitationStatus[] | null | undefined
    readonly side?: MarketSide | null | undefined
  },
) => list(ctx, args, and(onSide(userId, side), status ? inArray(invitations.status, [...status]) : undefined))

/** Ends what a deleted person still had open and takes away what they wrote. */
export const endInvitationsOf = async (tx: Transaction, userId: string, now: Date): Promise<void> => {
  await tx.update(invitations).set({ message: '' }).where(eq(invitations.clientId, userId))
  const end = (status: InvitationStatus, condition: SQL) =>
    tx
      .update(invitations)
      .set({ status, decidedAt: now })
      .where(and(condition, eq(invitations.status, 'SENT')))
  await end('WITHDRAWN', eq(invitations.clientId, userId))
  await end('DECLINED', eq(invitations.freelancerId, userId))
}
