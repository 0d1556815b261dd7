import { isUniqueViolation, type Transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, type Result } from '@gigraph/shared/errors'
import { type Batch, type ConnectionArguments, indexBy, type OrderKey, paginate } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { and, count, eq, gt, inArray, ne, type SQL } from 'drizzle-orm'
import type { ProposalSort } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import type { Job } from '../job/job.ts'
import { proposals } from '../tables.ts'
import type { Proposal, ProposalStatus } from './proposal.ts'

export const proposalById: Batch<Context, string, Proposal> = async (ctx, ids) =>
  indexBy(
    await ctx.db
      .select()
      .from(proposals)
      .where(inArray(proposals.id, ids.filter(isId))),
    ({ id }) => id,
  )

/** How many proposals each job has, withdrawn ones aside. */
export const countByJob: Batch<Context, string, number> = async (ctx, jobIds) => {
  const found = await ctx.db
    .select({ jobId: proposals.jobId, count: count() })
    .from(proposals)
    .where(and(inArray(proposals.jobId, [...jobIds]), ne(proposals.status, 'WITHDRAWN')))
    .groupBy(proposals.jobId)
  return new Map(found.map((row) => [row.jobId, row.count]))
}

/** The viewer's own proposal for each job. */
export const ownByJob: Batch<Context, string, Proposal> = async (ctx, jobIds) =>
  ctx.viewer
    ? indexBy(
        await ctx.db
          .select()
          .from(proposals)
          .where(and(inArray(proposals.jobId, [...jobIds]), eq(proposals.freelancerId, ctx.viewer.id))),
        (proposal) => proposal.jobId,
      )
    : new Map()

/** The job that a proposal is for. @throws {ApplicationError} NOT_FOUND */
export const findJobIdBy = async (tx: Transaction, proposalId: string): Promise<string> => {
  const [found] = isId(proposalId)
    ? await tx.select({ jobId: proposals.jobId }).from(proposals).where(eq(proposals.id, proposalId))
    : []
  if (!found) throw notFound('Proposal')
  return found.jobId
}

/** The proposal, locked until the end of the transaction. @throws {ApplicationError} NOT_FOUND */
export const findForUpdate = async (tx: Transaction, id: string): Promise<Proposal> => {
  const [found] = isId(id) ? await tx.select().from(proposals).where(eq(proposals.id, id)).for('update') : []
  if (!found) throw notFound('Proposal')
  return found
}

/** How many proposals somebody has submitted since an instant. */
export const countSince = (tx: Transaction, freelancerId: string, since: Date): Promise<number> =>
  tx.$count(proposals, and(eq(proposals.freelancerId, freelancerId), gt(proposals.createdAt, since)))

/** Adds a proposal; ALREADY_EXISTS when the freelancer has one for the job. */
export const add = async (tx: Transaction, proposal: Proposal): Promise<Result<Proposal>> => {
  try {
    await tx.transaction((nested) => nested.insert(proposals).values(proposal))
    return ok(proposal)
  } catch (error) {
    if (!isUniqueViolation(error, 'one_proposal_per_job')) throw error
    return fail(
      'ALREADY_EXISTS',
      'You have applied for this job: one applies once. What is not decided can be changed.',
    )
  }
}

export const save = async (tx: Transaction, id: string, changes: Partial<Proposal>): Promise<Proposal> => {
  const [saved] = await tx.update(proposals).set(changes).where(eq(proposals.id, id)).returning()
  if (!saved) throw new Error(`the proposal ${id} is gone`)
  return saved
}

/** Whose proposals for a job are not decided. */
export const listApplicants = async (tx: Transaction, jobId: string): Promise<string[]> => {
  const found = await tx
    .select({ freelancerId: proposals.freelancerId })
    .from(proposals)
    .where(and(eq(proposals.jobId, jobId), inArray(proposals.status, ['SUBMITTED', 'SHORTLISTED'])))
  return found.map(({ freelancerId }) => freelancerId)
}

/** Declines what is still open for a job that was filled. */
export const declineOthers = (tx: Transaction, job: Job, at: Date): Promise<Proposal[]> =>
  tx
    .update(proposals)
    .set({ status: 'DECLINED', updatedAt: at })
    .where(and(eq(proposals.jobId, job.id), inArray(proposals.status, ['SUBMITTED', 'SHORTLISTED'])))
    .returning()

const byBid = { column: proposals.bidMinor, of: ({ bidMinor }: Proposal) => bidMinor }
const sorted: Readonly<Record<ProposalSort, OrderKey<Proposal>>> = {
  NEWEST: { column: proposals.createdAt, direction: 'desc', of: ({ createdAt }) => createdAt },
  BID_ASC: { ...byBid, direction: 'asc', name: 'BID_ASC' },
  BID_DESC: { ...byBid, direction: 'desc', name: 'BID_DESC' },
  DELIVERY_ASC: { column: proposals.deliveryDays, direction: 'asc', of: ({ deliveryDays }) => deliveryDays },
}

const list = (ctx: Context, args: ConnectionArguments, condition: SQL | undefined, sort: ProposalSort = 'NEWEST') =>
  paginate(
    args,
    [
      sorted[sort],
      { column: proposals.id, direction: sorted[sort].direction, of: (proposal: Proposal) => proposal.id },
    ],
    ({ where, orderBy, limit }) =>
      ctx.db
        .select()
        .from(proposals)
        .where(and(condition, where))
        .orderBy(...orderBy)
        .limit(limit),
  )

type Filtered = ConnectionArguments & { readonly status?: readonly ProposalStatus[] | null | undefined }

const isOneOf = (status: Filtered['status']) => (status ? inArray(proposals.status, [...status]) : undefined)

/** What a freelancer proposed, newest first. */
export const listOfFreelancer = (ctx: Context, freelancerId: string, { status, ...args }: Filtered) =>
  list(ctx, args, and(eq(proposals.freelancerId, freelancerId), isOneOf(status)))

/** Proposals for a job without those that were taken back. */
export const listOfJob = (ctx: Context, jobId: string, { status, sort, ...args }: Filtered & { sort: ProposalSort }) =>
  list(ctx, args, and(eq(proposals.jobId, jobId), ne(proposals.status, 'WITHDRAWN'), isOneOf(status)), sort)
