import { defineJob } from '@gigraph/shared/jobs'
import { z } from 'zod'

/** Closes the open payment pages of an order that ended without being paid. */
export const closeCheckouts = defineJob({
  name: 'close-checkouts',
  queue: 'payments.checkouts',
  schema: z.object({ orderId: z.uuid() }),
})

/** Asks Stripe about payment pages whose time is over and of which no event came. */
export const checkOldCheckouts = defineJob({
  name: 'check-old-checkouts',
  queue: 'payments.checkouts',
  schema: z.object({}),
  every: '15m',
})
