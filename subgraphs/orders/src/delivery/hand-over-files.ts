import { inChunks, type Transaction } from '@gigraph/shared/database'
import { defineJob } from '@gigraph/shared/jobs'
import { bind } from '@gigraph/shared/service'
import { handOverUploads } from '@gigraph/shared/uploads'
import { z } from 'zod'
import type { Context } from '../context.ts'
import type { FullOrder } from '../order/order.ts'
import { findOrder } from '../order/order-store.ts'
import { listAcceptedFiles } from './delivery-store.ts'

const { implementJob } = bind<Context>()

/** As many as the procedure takes. */
const AT_ONCE = 100

/** Makes the buyer the owner of the files of accepted work, so that they outlive the seller's account. Repeatable. */
export const handOverFiles = defineJob({
  name: 'hand-over-files',
  queue: 'orders.files',
  schema: z.object({ orderId: z.uuid() }),
})

const acceptedSteps = ({ state, milestones }: FullOrder): number =>
  milestones.filter((each) => each.state === 'RELEASED').length + (state === 'COMPLETED' ? 1 : 0)

/** Orders it when a step has accepted something that came with files. */
export const orderHandOver = async (ctx: Context, tx: Transaction, before: FullOrder, order: FullOrder) => {
  if (acceptedSteps(order) === acceptedSteps(before)) return
  if ((await listAcceptedFiles(tx, order.id)).length > 0) await ctx.enqueue(tx, handOverFiles, { orderId: order.id })
}

export const runHandOverFiles = implementJob(handOverFiles, async (ctx, { orderId }) => {
  const { sellerId: fromId, buyerId: toId } = await findOrder(ctx.db, orderId)
  for (const uploadIds of inChunks(await listAcceptedFiles(ctx.db, orderId), AT_ONCE))
    await ctx.call(handOverUploads, { uploadIds, fromId, toId })
})
