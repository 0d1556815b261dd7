import { userDeleted } from '@gigraph/identity/events'
import { forgetPublished } from '@gigraph/shared/events'
import { bind } from '@gigraph/shared/service'
import { and, eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { billingDetails, payments, payoutAccounts, refundRequests, toolUsages } from '../tables.ts'

/**
 * The books stay, with nothing but an id that no longer has a name: the law wants them kept. What the person wrote goes, and what leads
 * to them at Stripe.
 */
export const onUserDeleted = bind<Context>().handle(userDeleted, 'erase', async (_, tx, { userId }) => {
  await tx.update(refundRequests).set({ reason: '' }).where(eq(refundRequests.buyerId, userId))
  await tx.update(refundRequests).set({ answer: null }).where(eq(refundRequests.sellerId, userId))
  await tx.update(toolUsages).set({ inputHash: null }).where(eq(toolUsages.userId, userId))
  await tx.delete(billingDetails).where(eq(billingDetails.userId, userId))
  await tx
    .update(payments)
    .set({ state: 'EXPIRED' })
    .where(and(eq(payments.buyerId, userId), eq(payments.state, 'PENDING')))
  await tx
    .update(payments)
    .set({ checkoutUrl: null, sessionId: null, failureReason: null })
    .where(eq(payments.buyerId, userId))
  await tx
    .update(payoutAccounts)
    .set({
      stripeAccountId: null,
      detailsSubmitted: false,
      payoutsEnabled: false,
      disabledReason: null,
      nextPayoutAt: null,
    })
    .where(eq(payoutAccounts.userId, userId))
  await forgetPublished(tx, userId)
})
