import { load } from '@gigraph/shared/graphql'
import type { z } from 'zod'
import type { Context } from '../context.ts'
import type { jobToTalkAbout as procedure } from '../internal.ts'
import { isOpen } from './job.ts'
import { jobById } from './job-store.ts'

/** Answers messaging what a job is called and whose it is. */
export const jobToTalkAbout = async (
  ctx: Context,
  { jobId }: z.output<typeof procedure.input>,
): Promise<z.output<typeof procedure.output>> => {
  const job = await load(ctx, jobById, jobId)
  if (!job || job.status === 'REMOVED') return { available: false }
  return { available: true, clientId: job.clientId, title: job.title, open: isOpen(job, ctx.clock.now()) }
}
