import { requireScopeOfKey, requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { invitationDeclined } from '../events.ts'
import { findJobForUpdate } from '../job/job-store.ts'
import { type Invitation, nextStatus } from './invitation.ts'
import { findForUpdate, save } from './invitation-store.ts'

interface Which {
  readonly invitationId: string
}

const answer = (
  ctx: Context,
  { invitationId }: Which,
  { by, action }: { readonly by: 'clientId' | 'freelancerId'; readonly action: 'withdraw' | 'decline' },
): Promise<Result<Invitation>> => {
  const viewer = requireViewer(ctx)
  return transaction(ctx.db, async (tx) => {
    const invitation = await findForUpdate(tx, invitationId)
    if (invitation.clientId !== viewer.id && invitation.freelancerId !== viewer.id) throw notFound('Invitation')
    if (invitation[by] !== viewer.id) return fail('NOT_ALLOWED', 'Only the other side can do this.')
    requireScopeOfKey(viewer, by === 'clientId' ? 'jobs:write' : 'proposals:write')
    const status = nextStatus(invitation.status, action)
    if (!status.ok) return status
    const saved = await save(tx, invitation.id, { status: status.value, decidedAt: ctx.clock.now() })
    if (action === 'decline') {
      const { jobId, clientId, freelancerId } = saved
      const { title } = await findJobForUpdate(tx, jobId)
      await ctx.publish(tx, invitationDeclined, { invitationId: saved.id, jobId, clientId, freelancerId, title })
    }
    return ok(saved)
  })
}

/** Takes back an invitation that the viewer sent. */
export const withdrawInvitation = async (ctx: Context, which: Which): Promise<Result<Invitation>> =>
  answer(ctx, which, { by: 'clientId', action: 'withdraw' })

/** Says no to an invitation that the viewer got; the client is told. */
export const declineInvitation = async (ctx: Context, which: Which): Promise<Result<Invitation>> =>
  answer(ctx, which, { by: 'freelancerId', action: 'decline' })
