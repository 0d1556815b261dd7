import { requireRole, requireScope, requireScopeOfKey, requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { after } from '@gigraph/shared/time'
import { claimFiles } from '@gigraph/shared/uploads'
import { categoryOf } from '../category/category.ts'
import type { Context } from '../context.ts'
import { jobPosted, jobUpdated } from '../events.ts'
import { findOptional, findOptionalForUpdate, maySell } from '../seller/seller-store.ts'
import { orderRelease } from '../upload/release-uploads.ts'
import { isOpen, type Job, jobChanges, newJob, OPEN_FOR, OPEN_JOBS } from './job.ts'
import { addJob, countOpen, findJobForUpdate, saveJob } from './job-store.ts'
import { tellClosed } from './tell-closed.ts'

/** The columns of a category. */
export const categoryColumns = (categoryId: string) => ({
  categoryId,
  topCategoryId: categoryOf(categoryId).parentId ?? categoryId,
})
const skillColumns = (skills: readonly string[]) => ({
  skills: [...new Set(skills.map((skill) => skill.toLowerCase()))],
  keywords: skills.join(', '),
})
const budgetColumns = (budget: { kind: 'FIXED' | 'HOURLY'; minMinor: number; maxMinor: number }) => ({
  budgetKind: budget.kind,
  budgetMinMinor: budget.minMinor,
  budgetMaxMinor: budget.maxMinor,
})

const attached = (uploadIds: readonly string[]) =>
  ({ uploadIds, purpose: 'JOB_ATTACHMENT', field: ['input', 'attachmentIds'] }) as const

/** What others are told of a job. */
const told = ({ id: jobId, clientId, title, budgetKind, budgetMaxMinor, currency }: Job) => ({
  jobId,
  clientId,
  title,
  budget: budgetKind === 'FIXED' ? { amountMinor: budgetMaxMinor, currency } : null,
})

/** Posts a job; it is open for 30 days. */
export const postJob = async (ctx: Context, raw: unknown): Promise<Result<Job>> => {
  const viewer = requireViewer(ctx)
  requireRole(viewer, 'CLIENT')
  requireScope(viewer, 'jobs:write')
  const parsed = parseInput(newJob, raw)
  if (!parsed.ok) return parsed
  const { categoryId, skills, budget, attachmentIds, ...rest } = parsed.value
  // What is refused anyway takes no files: those that are claimed are kept.
  const possible = maySell(await findOptional(ctx.db, viewer.id))
  if (!possible.ok) return possible
  const claimed = await claimFiles(ctx, attached(attachmentIds))
  if (!claimed.ok) return claimed
  const now = ctx.clock.now()
  return transaction(ctx.db, async (tx) => {
    const allowed = maySell(await findOptionalForUpdate(tx, viewer.id))
    if (!allowed.ok) return allowed
    if ((await countOpen(tx, viewer.id, now)) >= OPEN_JOBS)
      return fail('LIMIT_EXCEEDED', `At most ${OPEN_JOBS} of your jobs may be open; close one first.`)
    const job = await addJob(tx, {
      id: ctx.makeId(),
      clientId: viewer.id,
      status: 'OPEN',
      ...rest,
      attachments: attachmentIds,
      ...categoryColumns(categoryId),
      ...skillColumns(skills),
      ...budgetColumns(budget),
      currency: 'USD',
      postedAt: now,
      expiresAt: after(now, OPEN_FOR),
      updatedAt: now,
    })
    await ctx.publish(tx, jobPosted, told(job))
    return ok(job)
  })
}

const own = async (ctx: Context, tx: Parameters<typeof findJobForUpdate>[0], jobId: string): Promise<Result<Job>> => {
  const viewer = requireViewer(ctx)
  const job = await findJobForUpdate(tx, jobId)
  if (job.clientId !== viewer.id) throw notFound('Job')
  requireScopeOfKey(viewer, 'jobs:write')
  if (!isOpen(job, ctx.clock.now())) return fail('INVALID_STATE', 'This job is no longer open.', { allowed: [] })
  return ok(job)
}

/** Changes an open job of the viewer's. */
export const updateJob = async (ctx: Context, raw: unknown): Promise<Result<Job>> => {
  requireViewer(ctx)
  const parsed = parseInput(jobChanges, raw)
  if (!parsed.ok) return parsed
  const { jobId, categoryId, skills, budget, attachmentIds, ...rest } = parsed.value
  const possible = await transaction(ctx.db, (tx) => own(ctx, tx, jobId))
  if (!possible.ok) return possible
  const claimed = await claimFiles(ctx, attached(attachmentIds ?? []))
  if (!claimed.ok) return claimed
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value != null))
  return transaction(ctx.db, async (tx) => {
    const job = await own(ctx, tx, jobId)
    if (!job.ok) return job
    const saved = await saveJob(tx, job.value.id, {
      ...given,
      ...(categoryId && categoryColumns(categoryId)),
      ...(skills && skillColumns(skills)),
      ...(budget && budgetColumns(budget)),
      ...(attachmentIds && { attachments: attachmentIds }),
      updatedAt: ctx.clock.now(),
    })
    await orderRelease(
      ctx,
      tx,
      job.value.attachments.filter((id) => !saved.attachments.includes(id)),
    )
    await ctx.publish(tx, jobUpdated, told(saved))
    return ok(saved)
  })
}

/** Keeps an open job of the viewer's open for 30 days from now. Its place among the newest stays: that is when it was posted. */
export const renewJob = (ctx: Context, { jobId }: { readonly jobId: string }): Promise<Result<Job>> =>
  transaction(ctx.db, async (tx) => {
    const job = await own(ctx, tx, jobId)
    if (!job.ok) return job
    const now = ctx.clock.now()
    return ok(await saveJob(tx, job.value.id, { expiresAt: after(now, OPEN_FOR), updatedAt: now }))
  })

/** Takes an open job of the viewer's back; who had applied is told. */
export const closeJob = (ctx: Context, { jobId }: { readonly jobId: string }): Promise<Result<Job>> =>
  transaction(ctx.db, async (tx) => {
    const job = await own(ctx, tx, jobId)
    if (!job.ok) return job
    const saved = await saveJob(tx, job.value.id, { status: 'CLOSED', updatedAt: ctx.clock.now() })
    await tellClosed(ctx, tx, saved)
    return ok(saved)
  })
