import { forgetKeys } from '@gigraph/shared/idempotency'
import { bind } from '@gigraph/shared/service'
import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { clearAllDue, clearEarning } from '../earnings/clear-earning.ts'
import { clearDueEarnings, clearEarnings } from '../earnings/jobs.ts'
import { closeCheckoutsOf, closeOverdueCheckouts } from '../payment/close-checkouts.ts'
import { checkOldCheckouts, closeCheckouts } from '../payment/jobs.ts'
import { payOutOnSchedule, sendPayout, sendWaitingPayouts } from '../payout/jobs.ts'
import { sendAllWaiting, sendPayoutToBank } from '../payout/send-payout.ts'
import { payOutDue } from '../payout/set-payout-schedule.ts'
import { auditLedger, forgetOldKeys, reconcile } from '../reconciliation/jobs.ts'
import { audit, reconcileAll } from '../reconciliation/reconcile.ts'
import { issueRefundAtStripe } from '../refund/issue-refund.ts'
import { issueRefund, issueWaitingRefunds } from '../refund/jobs.ts'
import { listWaitingRefunds } from '../refund/refund-store.ts'
import { syncRefund } from '../refund/sync-refund.ts'
import { processWaitingWebhooks, processWebhook } from '../webhook/jobs.ts'
import { processAllWaiting, processStoredWebhook } from '../webhook/process-webhook.ts'
import { oneByOne } from './one-by-one.ts'

const { implementJob } = bind<Context>()
const BATCH = 200

export const jobs = [
  implementJob(processWebhook, (ctx, { eventId }) => processStoredWebhook(ctx, eventId)),
  implementJob(processWaitingWebhooks, processAllWaiting),
  implementJob(closeCheckouts, (ctx, { orderId }) => closeCheckoutsOf(ctx, orderId)),
  implementJob(checkOldCheckouts, closeOverdueCheckouts),
  implementJob(issueRefund, (ctx, { refundId }) => issueRefundAtStripe(ctx, refundId)),
  implementJob(issueWaitingRefunds, async (ctx) =>
    oneByOne(ctx, await listWaitingRefunds(ctx.db, after(ctx.clock.now(), '-15m'), BATCH), {
      work: ({ id, stripeRefundId }) =>
        stripeRefundId ? syncRefund(ctx, stripeRefundId) : issueRefundAtStripe(ctx, id),
      failed: ({ id: refundId }) => ({ refundId }),
    }),
  ),
  implementJob(clearEarnings, (ctx, { earningId }) => clearEarning(ctx, earningId)),
  implementJob(clearDueEarnings, clearAllDue),
  implementJob(sendPayout, (ctx, { payoutId }) => sendPayoutToBank(ctx, payoutId)),
  implementJob(sendWaitingPayouts, sendAllWaiting),
  implementJob(payOutOnSchedule, payOutDue),
  implementJob(reconcile, async (ctx) => void (await reconcileAll(ctx))),
  implementJob(auditLedger, audit),
  implementJob(forgetOldKeys, (ctx) => forgetKeys(ctx.db, after(ctx.clock.now(), '-30d'))),
]
