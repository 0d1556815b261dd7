import { fail, ok, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { invitations } from '../tables.ts'

export type Invitation = typeof invitations.$inferSelect
export type InvitationStatus = Invitation['status']

/** How many freelancers a client may ask for one job: asking everybody is advertising. */
export const INVITATIONS_PER_JOB = 30

/** What `inviteFreelancer` takes. */
export const newInvitation = z.object({
  jobId: z.string(),
  freelancerId: z.uuid({ error: 'There is no such freelancer.' }),
  message: z
    .string()
    .trim()
    .max(1_000, { error: 'A message has at most 1,000 characters.' })
    .nullish()
    .transform((text) => text ?? ''),
})

/** What may be done with an invitation: by its client, by the freelancer, and by the freelancer's proposal. */
export type InvitationAction = 'withdraw' | 'decline' | 'apply'

/** The status that each action leads to; what is absent is not possible. Who declined may still change their mind and apply. */
export const invitationTransitions: Readonly<
  Record<InvitationStatus, Partial<Record<InvitationAction, InvitationStatus>>>
> = {
  SENT: { withdraw: 'WITHDRAWN', decline: 'DECLINED', apply: 'APPLIED' },
  APPLIED: {},
  DECLINED: { apply: 'APPLIED' },
  WITHDRAWN: {},
}

/** The status after the action, or INVALID_STATE with what is possible now. */
export const nextStatus = (status: InvitationStatus, action: InvitationAction): Result<InvitationStatus> => {
  const next = invitationTransitions[status][action]
  if (next) return ok(next)
  return fail('INVALID_STATE', `This invitation is ${status.toLowerCase()}; that is not possible now.`, {
    allowed: Object.keys(invitationTransitions[status]),
  })
}
