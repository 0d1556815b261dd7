import { transaction } from '@gigraph/shared/database'
import { defineJob } from '@gigraph/shared/jobs'
import { after } from '@gigraph/shared/time'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { takeOldDocuments } from '../verification/verification-store.ts'
import { processUpload } from './process-upload.ts'
import { listStuck, listUnclaimed, remove } from './upload-store.ts'

const KEEP = '24h'
/** Longer than all tries of the job together. */
const STUCK_AFTER = '30m'
/** What staff looked at is kept for questions, then deleted. */
const KEEP_DOCUMENTS = '30d'
const BATCH = 500

/** Deletes what nobody claimed within 24 hours and documents of checks long decided; starts again what got stuck. */
export const sweepUploads = defineJob({
  name: 'sweep-uploads',
  queue: 'profiles.uploads',
  schema: z.object({}),
  every: '3600s',
})

export const runSweepUploads = async (ctx: Context): Promise<void> => {
  const now = ctx.clock.now()
  for (;;) {
    const swept = await transaction(ctx.db, async (tx) => {
      const unclaimed = await listUnclaimed(tx, after(now, `-${KEEP}` as '24h'), BATCH)
      await remove(
        ctx,
        tx,
        unclaimed.map(({ id }) => id),
      )
      return unclaimed.length
    })
    if (swept < BATCH) break
  }
  await transaction(ctx.db, async (tx) => {
    await remove(ctx, tx, await takeOldDocuments(tx, after(now, `-${KEEP_DOCUMENTS}` as '30d')))
    for (const { id } of await listStuck(tx, after(now, `-${STUCK_AFTER}` as '30m'), BATCH))
      await ctx.enqueue(tx, processUpload, { uploadId: id })
  })
}
