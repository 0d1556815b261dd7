import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { oneByOne } from '../jobs/one-by-one.ts'
import { listOpenCheckouts, listOverdueCheckouts } from './payment-store.ts'
import { syncSession } from './sync-payment.ts'

const BATCH = 200

/** Nobody can pay an order any more that has ended. Money that was faster is recorded and goes back. */
export const closeCheckoutsOf = async (ctx: Context, orderId: string): Promise<void> => {
  for (const { sessionId } of await listOpenCheckouts(ctx.db, orderId))
    if (sessionId) await syncSession(ctx, sessionId, { close: true })
}

/** Ends pages of which Stripe's word got lost. */
export const closeOverdueCheckouts = async (ctx: Context): Promise<void> =>
  oneByOne(ctx, await listOverdueCheckouts(ctx.db, after(ctx.clock.now(), '-10m'), BATCH), {
    work: async ({ sessionId }) => sessionId && syncSession(ctx, sessionId),
    failed: ({ id: paymentId }) => ({ paymentId }),
  })
