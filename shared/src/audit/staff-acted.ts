import { z } from 'zod'
import { requireViewer } from '../auth/index.ts'
import type { Transaction } from '../database/index.ts'
import { event } from '../events/index.ts'
import type { ServiceContext } from '../service/index.ts'

/** What staff do outside identity; each becomes an entry of the audit log. */
export const staffActions = [
  'LISTING_APPROVED',
  'LISTING_REJECTED',
  'LISTING_SUSPENDED',
  'LISTING_EDITED',
  'LISTING_REPORTS_DISMISSED',
  'REVIEW_HIDDEN',
  'REVIEW_RESTORED',
  'REVIEW_REPORTS_DISMISSED',
  'REVIEW_REPLY_HIDDEN',
  'REVIEW_REPLY_RESTORED',
  'TOOL_FEEDBACK_HIDDEN',
  'TOOL_FEEDBACK_RESTORED',
  'MESSAGE_REPORT_DECIDED',
  'NOTIFICATION_SENT',
  'TICKET_ASSIGNED',
  'TICKET_STATUS_SET',
  'TICKET_REPLIED',
  'CLIENT_VERIFIED',
  'CLIENT_REJECTED',
  'DISPUTE_RESOLVED',
  'PAYMENT_REFUNDED',
  'REFUND_RETRIED',
  'REFUND_PAID_ELSEWHERE',
  'REFUND_REQUEST_DECLINED',
  'TOOL_USAGE_REFUNDED',
  'POINTS_ADJUSTED',
  'PAYOUT_HELD',
  'PAYOUT_RELEASED',
  'PAYOUTS_PROCESSED',
] as const

/** Kinds of things that an act can be about. */
export const auditedKinds = [
  'GIG',
  'JOB',
  'TOOL',
  'REVIEW',
  'TOOL_FEEDBACK',
  'MESSAGE',
  'TICKET',
  'ORDER',
  'PAYMENT',
  'TOOL_USAGE',
  'PAYOUT',
] as const

const id = z.uuid()
const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))

/** A member of staff did something in their office. Any service tells it; identity keeps it. */
export const staffActed = event('staff.acted', 1, {
  actorId: id,
  action: z.enum(staffActions),
  /** Whose account, content or money it is about; null when that is nobody, or not one person. */
  subjectId: id.nullable(),
  object: z.object({ kind: z.enum(auditedKinds), id }).nullable(),
  /** In the actor's words; empty where none are asked for. */
  reason: z.string(),
  before: facts,
  after: facts,
  address: z.string(),
})

interface Act {
  readonly action: (typeof staffActions)[number]
  readonly subjectId?: string | null | undefined
  readonly object?: { readonly kind: (typeof auditedKinds)[number]; readonly id: string }
  readonly reason?: string | null
  readonly before?: z.output<typeof facts>
  readonly after?: z.output<typeof facts>
}

/** Tells the audit log what the viewer does as staff, in the transaction that does it. @throws {ApplicationError} UNAUTHENTICATED */
export const noteAct = (
  ctx: Pick<ServiceContext, 'viewer' | 'caller' | 'publish'>,
  tx: Transaction,
  { action, subjectId = null, object, reason, before = {}, after = {} }: Act,
): Promise<void> =>
  ctx.publish(tx, staffActed, {
    ...{
      actorId: requireViewer(ctx).id,
      action,
      subjectId,
      object: object ?? null,
      reason: reason ?? '',
      before,
      after,
    },
    address: ctx.caller.address,
  })
