import type { Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import { type Batch, type ConnectionArguments, indexBy, paginate } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { and, eq, getTableColumns, gt, inArray, lte, ne, type SQL, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { jobs, sellers } from '../tables.ts'
import type { Job } from './job.ts'

const { document: _, ...columns } = getTableColumns(jobs)

export const jobById: Batch<Context, string, Job> = async (ctx, ids) =>
  indexBy(
    await ctx.db
      .select(columns)
      .from(jobs)
      .where(inArray(jobs.id, ids.filter(isId))),
    ({ id }) => id,
  )

/** The job, locked until the end of the transaction. @throws {ApplicationError} NOT_FOUND */
export const findJobForUpdate = async (tx: Transaction, id: string): Promise<Job> => {
  const [found] = isId(id) ? await tx.select(columns).from(jobs).where(eq(jobs.id, id)).for('update') : []
  if (!found) throw notFound('Job')
  return found
}

export const addJob = async (tx: Transaction, job: typeof jobs.$inferInsert): Promise<Job> => {
  const [added] = await tx.insert(jobs).values(job).returning(columns)
  if (!added) throw new Error('an insert returned nothing')
  return added
}

export const saveJob = async (
  tx: Transaction,
  id: string,
  changes: Partial<typeof jobs.$inferInsert>,
): Promise<Job> => {
  const [saved] = await tx.update(jobs).set(changes).where(eq(jobs.id, id)).returning(columns)
  if (!saved) throw new Error(`the job ${id} is gone`)
  return saved
}

/** How many jobs of a client are open. */
export const countOpen = (tx: Transaction, clientId: string, now: Date): Promise<number> =>
  tx.$count(jobs, and(eq(jobs.clientId, clientId), eq(jobs.status, 'OPEN'), gt(jobs.expiresAt, now)))

const list = (ctx: Context, args: ConnectionArguments, condition: SQL | undefined) =>
  paginate(
    args,
    [
      { column: jobs.postedAt, direction: 'desc', of: (job: Job) => job.postedAt },
      { column: jobs.id, direction: 'desc', of: (job: Job) => job.id },
    ],
    ({ where, orderBy, limit }) =>
      ctx.db
        .select(columns)
        .from(jobs)
        .where(and(condition, where))
        .orderBy(...orderBy)
        .limit(limit),
  )

/** The condition that a job's client is suspended or gone. */
export const ofSuspended = sql`exists(select from ${sellers} where ${sellers.userId} = ${jobs.clientId} and (${sellers.suspendedAt} is not null or ${sellers.deletedAt} is not null))`

/** A client's open jobs, newest first. */
export const listOpenOfClient = (ctx: Context, clientId: string, args: ConnectionArguments) =>
  list(
    ctx,
    args,
    and(
      eq(jobs.clientId, clientId),
      eq(jobs.status, 'OPEN'),
      gt(jobs.expiresAt, ctx.clock.now()),
      sql`not ${ofSuspended}`,
    ),
  )

/** The condition that people see one of these states: what the sweeper has not noted yet has expired all the same. */
const isSeenAs = (statuses: readonly Job['status'][], now: Date): SQL => {
  const overdue = lte(jobs.expiresAt, now)
  const seen = sql`case when ${and(eq(jobs.status, 'OPEN'), overdue)} then 'EXPIRED' else ${jobs.status} end`
  return sql`${seen} = any(${sql.param([...statuses])}::text[])`
}

/** A client's own jobs, newest first. */
export const listOwn = (
  ctx: Context,
  clientId: string,
  { status, ...args }: ConnectionArguments & { readonly status?: readonly Job['status'][] | null | undefined },
) => list(ctx, args, and(eq(jobs.clientId, clientId), status ? isSeenAs(status, ctx.clock.now()) : undefined))

/** Notes jobs whose time is over. */
export const expireDue = (tx: Transaction, now: Date): Promise<Job[]> =>
  tx
    .update(jobs)
    .set({ status: 'EXPIRED', updatedAt: now })
    .where(and(eq(jobs.status, 'OPEN'), lte(jobs.expiresAt, now)))
    .returning(columns)

/** Takes away a deleted client's jobs with their words. Answers those that were still open. */
export const eraseOfClient = async (tx: Transaction, clientId: string, now: Date): Promise<Job[]> => {
  const open = and(eq(jobs.clientId, clientId), eq(jobs.status, 'OPEN'), gt(jobs.expiresAt, now))
  const ended = await tx.select({ id: jobs.id }).from(jobs).where(open)
  const erased = await tx
    .update(jobs)
    .set({
      status: 'REMOVED',
      title: 'Deleted job',
      description: '',
      skills: [],
      keywords: '',
      questions: [],
      attachments: [],
      reason: null,
      updatedAt: now,
    })
    .where(and(eq(jobs.clientId, clientId), ne(jobs.status, 'REMOVED')))
    .returning(columns)
  return erased.filter(({ id }) => ended.some((each) => each.id === id))
}
