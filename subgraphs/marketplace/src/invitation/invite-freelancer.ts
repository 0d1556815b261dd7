import { requireRole, requireScopeOfKey, requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, parseInput, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { jobInvited } from '../events.ts'
import { isOpen } from '../job/job.ts'
import { findJobForUpdate } from '../job/job-store.ts'
import { findOptional, maySell } from '../seller/seller-store.ts'
import { INVITATIONS_PER_JOB, type Invitation, newInvitation } from './invitation.ts'
import { add, countOfJob } from './invitation-store.ts'

/** Asks a freelancer to apply for an open job of the viewer's; once per freelancer, whatever became of it. */
export const inviteFreelancer = async (ctx: Context, raw: unknown): Promise<Result<Invitation>> => {
  const viewer = requireViewer(ctx)
  requireRole(viewer, 'CLIENT')
  requireScopeOfKey(viewer, 'jobs:write')
  const parsed = parseInput(newInvitation, raw)
  if (!parsed.ok) return parsed
  const { jobId, freelancerId, message } = parsed.value
  const now = ctx.clock.now()
  return transaction(ctx.db, async (tx) => {
    const job = await findJobForUpdate(tx, jobId)
    if (job.clientId !== viewer.id) throw notFound('Job')
    if (!isOpen(job, now)) return fail('NOT_AVAILABLE', 'This job is no longer open.')
    const allowed = maySell(await findOptional(tx, viewer.id))
    if (!allowed.ok) return allowed
    if (freelancerId === viewer.id) return fail('NOT_ALLOWED', 'You cannot invite yourself.')
    const invited = await findOptional(tx, freelancerId)
    if (!invited?.roles.includes('FREELANCER') || !maySell(invited).ok)
      return fail('VALIDATION', 'There is no such freelancer.', { field: ['input', 'freelancerId'] })
    if ((await countOfJob(tx, jobId)) >= INVITATIONS_PER_JOB)
      return fail('LIMIT_EXCEEDED', `A job has at most ${INVITATIONS_PER_JOB} invitations.`)
    const invitation = await add(tx, {
      id: ctx.makeId(),
      jobId,
      clientId: viewer.id,
      freelancerId,
      status: 'SENT',
      message,
      createdAt: now,
      decidedAt: null,
    })
    if (!invitation) return fail('ALREADY_EXISTS', 'You have invited this freelancer already.')
    const { id: invitationId } = invitation
    await ctx.publish(tx, jobInvited, { invitationId, jobId, clientId: viewer.id, freelancerId, title: job.title })
    return ok(invitation)
  })
}
