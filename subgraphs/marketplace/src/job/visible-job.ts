import { hasScope } from '@gigraph/shared/auth'
import type { Context } from '../context.ts'
import type { Job } from './job.ts'

/** Freelancers see every job that staff have not removed; clients their own; staff all. */
export const visibleJob = (ctx: Context, job: Job | null): Job | null => {
  const { viewer } = ctx
  if (!job || !viewer) return null
  if (job.clientId === viewer.id || hasScope(viewer, 'content:moderate')) return job
  return viewer.roles.includes('FREELANCER') && job.status !== 'REMOVED' ? job : null
}
