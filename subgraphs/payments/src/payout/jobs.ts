import { defineJob } from '@gigraph/shared/jobs'
import { z } from 'zod'

const queue = 'payments.payouts'

/** Sends a requested payout to the seller's bank. */
export const sendPayout = defineJob({
  name: 'send-payout',
  queue,
  schema: z.object({ payoutId: z.uuid() }),
  attempts: 8,
})

/** Finds payouts whose job was lost or whose money was not there yet, and asks Stripe about those of which no word came. */
export const sendWaitingPayouts = defineJob({
  name: 'send-waiting-payouts',
  queue,
  schema: z.object({}),
  every: '1h',
})

/** Requests the payouts of sellers who want them weekly or monthly. */
export const payOutOnSchedule = defineJob({
  name: 'pay-out-on-schedule',
  queue,
  schema: z.object({}),
  every: '1h',
})
