import { transaction } from '@gigraph/shared/database'
import { forgetKeys } from '@gigraph/shared/idempotency'
import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { deliverWebhook } from '../jobs/definitions.ts'
import { deleteOldDeliveries, listForgotten } from './delivery-store.ts'
import { deleteEndedSecrets } from './endpoint-store.ts'
import { KEPT } from './webhook.ts'

const BATCH = 500
/** What is due for longer has no job that works. */
const LATE = '30s'

/** Starts what a lost job or a dead worker has left. One of each endpoint is enough: whoever ends a call goes on with the next. */
export const sweep = (ctx: Context): Promise<void> =>
  transaction(ctx.db, async (tx) => {
    const now = ctx.clock.now()
    for (const deliveryId of await listForgotten(tx, after(now, `-${LATE}`), now, BATCH))
      await ctx.enqueue(tx, deliverWebhook, { deliveryId })
  })

/** Removes what is kept no longer. */
export const forget = async (ctx: Context): Promise<void> => {
  const now = ctx.clock.now()
  await deleteOldDeliveries(ctx.db, now)
  await deleteEndedSecrets(ctx.db, now)
  await forgetKeys(ctx.db, after(now, `-${KEPT}`))
}
