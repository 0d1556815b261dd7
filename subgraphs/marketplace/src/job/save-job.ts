import { requireRole, requireViewer } from '@gigraph/shared/auth'
import { notFound, ok, type Result } from '@gigraph/shared/errors'
import {
  type Batch,
  type Connection,
  type ConnectionArguments,
  dropAbsent,
  load,
  mapConnection,
  paginate,
} from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { and, eq, getTableColumns, inArray, ne } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { refuseErased } from '../seller/seller-store.ts'
import { jobs, savedJobs } from '../tables.ts'
import type { Job } from './job.ts'
import { jobById } from './job-store.ts'
import { visibleJob } from './visible-job.ts'

interface Which {
  readonly jobId: string
}

/** Remembers a job for a freelancer who may apply later. */
export const saveJob = async (ctx: Context, { jobId }: Which): Promise<Result<Job>> => {
  const viewer = requireViewer(ctx)
  requireRole(viewer, 'FREELANCER')
  const job = visibleJob(ctx, await load(ctx, jobById, jobId))
  if (!job) throw notFound('Job')
  await refuseErased(ctx.db, viewer.id)
  const saved = { userId: viewer.id, jobId: job.id, createdAt: ctx.clock.now() }
  await ctx.db.insert(savedJobs).values(saved).onConflictDoNothing()
  return ok(job)
}

/** Forgets a job, also one that is there no more. */
export const unsaveJob = async (ctx: Context, { jobId }: Which): Promise<Result<Job | null>> => {
  const { id: userId } = requireViewer(ctx)
  if (isId(jobId)) await ctx.db.delete(savedJobs).where(and(eq(savedJobs.userId, userId), eq(savedJobs.jobId, jobId)))
  return ok(visibleJob(ctx, await load(ctx, jobById, jobId)))
}

/** Which of the jobs the viewer remembers. */
export const isSaved: Batch<Context, string, boolean> = async (ctx, jobIds) => {
  if (!ctx.viewer) return new Map()
  const found = await ctx.db
    .select({ jobId: savedJobs.jobId })
    .from(savedJobs)
    .where(and(eq(savedJobs.userId, ctx.viewer.id), inArray(savedJobs.jobId, [...jobIds])))
  return new Map(found.map(({ jobId }) => [jobId, true]))
}

/** What somebody remembers, the latest first; what has ended too, but not what staff have removed. */
export const listSaved = async (ctx: Context, userId: string, args: ConnectionArguments): Promise<Connection<Job>> => {
  type Row = typeof savedJobs.$inferSelect
  const page = await paginate(
    args,
    [
      { column: savedJobs.createdAt, direction: 'desc', of: (row: Row) => row.createdAt },
      { column: savedJobs.jobId, direction: 'desc', of: (row: Row) => row.jobId },
    ],
    ({ where, orderBy, limit }) =>
      ctx.db
        .select(getTableColumns(savedJobs))
        .from(savedJobs)
        .innerJoin(jobs, eq(jobs.id, savedJobs.jobId))
        .where(and(eq(savedJobs.userId, userId), ne(jobs.status, 'REMOVED'), where))
        .orderBy(...orderBy)
        .limit(limit),
  )
  const found =
    page.nodes.length > 0
      ? await jobById(
          ctx,
          page.nodes.map((row) => row.jobId),
        )
      : new Map<string, Job>()
  return dropAbsent(mapConnection(page, (row) => found.get(row.jobId) ?? null))
}
