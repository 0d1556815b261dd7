import type { Transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'
import { jobClosed, jobExpired } from '../events.ts'
import { listApplicants } from '../proposal/proposal-store.ts'
import type { Job } from './job.ts'

type Ended = Pick<Job, 'id' | 'clientId' | 'title'>

const tell =
  (event: typeof jobClosed | typeof jobExpired) =>
  async (ctx: Context, tx: Transaction, { id: jobId, clientId, title }: Ended): Promise<void> =>
    ctx.publish(tx, event, { jobId, clientId, title, applicantIds: await listApplicants(tx, jobId) })

/** Tells that nobody can apply any more, and whom it concerns who had. */
export const tellClosed = tell(jobClosed)

/** The same of a job whose time is over. */
export const tellExpired = tell(jobExpired)
