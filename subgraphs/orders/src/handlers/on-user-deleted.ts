import { userDeleted } from '@gigraph/identity/events'
import type { Transaction } from '@gigraph/shared/database'
import { forgetPublished } from '@gigraph/shared/events'
import { bind } from '@gigraph/shared/service'
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { isAccepted } from '../delivery/delivery-store.ts'
import { forgetStanding } from '../order/standing-store.ts'
import { changeRequests, deliveries, disputes, orders } from '../tables.ts'

const { handle } = bind<Context>()

type Side = 'BUYER' | 'SELLER'

const GONE = 'Deleted with the account.'

const ordersOf = (tx: Transaction, userId: string, side: Side) =>
  tx
    .select({ id: orders.id })
    .from(orders)
    .where(eq(side === 'BUYER' ? orders.buyerId : orders.sellerId, userId))

/** What the person wrote while they disagreed, on that side. */
const forgetDisagreements = async (tx: Transaction, userId: string, side: Side): Promise<void> => {
  const theirs = ordersOf(tx, userId, side)
  await tx
    .update(changeRequests)
    .set({ reason: GONE })
    .where(and(inArray(changeRequests.orderId, theirs), eq(changeRequests.requestedBy, side)))
  await tx
    .update(disputes)
    .set({
      reason: sql`case when ${disputes.openedBy} = ${side} then ${GONE} else ${disputes.reason} end`,
      evidenceIds: sql`case when ${disputes.openedBy} = ${side} then '{}' else ${disputes.evidenceIds} end`,
      answerEvidenceIds: sql`case when ${disputes.openedBy} = ${side} then ${disputes.answerEvidenceIds} else '{}' end`,
      answer: sql`case when ${disputes.openedBy} = ${side} then ${disputes.answer} else null end`,
      proposalNote: sql`case when ${disputes.proposedBy} = ${side} then null else ${disputes.proposalNote} end`,
    })
    .where(inArray(disputes.orderId, theirs))
}

/**
 * The order itself stays, without a name: what was bought, its price and its dates are the other side's business record. The words of
 * the one who is gone do not: answers, deliveries, reasons, notes, and as a seller the description of what they offered. Files of
 * accepted work are the buyer's.
 */
export const onUserDeleted = handle(userDeleted, 'erase', async (_, tx, { userId }) => {
  await tx.update(orders).set({ answers: null, answerUploads: null }).where(eq(orders.buyerId, userId))
  await tx
    .update(orders)
    .set({ terms: sql`${orders.terms} || '{"description": "", "requirements": []}'::jsonb` })
    .where(eq(orders.sellerId, userId))
  await tx
    .update(deliveries)
    .set({ message: GONE, uploadIds: sql`case when ${isAccepted} then ${deliveries.uploadIds} else '{}' end` })
    .where(inArray(deliveries.orderId, ordersOf(tx, userId, 'SELLER')))
  await forgetDisagreements(tx, userId, 'BUYER')
  await forgetDisagreements(tx, userId, 'SELLER')
  await forgetStanding(tx, userId)
  // The timeline is append-only for this service's role: its one exception is the owner's function.
  await tx.execute(sql`select forget_notes(${userId}::uuid)`)
  await forgetPublished(tx, userId)
})
