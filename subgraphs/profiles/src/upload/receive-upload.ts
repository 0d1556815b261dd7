import { transaction } from '@gigraph/shared/database'
import { and, eq, inArray } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { uploads } from '../tables.ts'
import { processUpload } from './process-upload.ts'
import { removeFiles } from './remove-files.ts'
import { sentKey } from './upload.ts'
import { listByIds } from './upload-store.ts'

/** Notes that the bytes of uploads are there and has them checked. Bytes that nobody waits for (any more) are deleted. */
export const receiveUploads = (ctx: Context, ids: readonly string[]): Promise<void> =>
  transaction(ctx.db, async (tx) => {
    const received = await tx
      .update(uploads)
      .set({ status: 'PROCESSING', sentAt: ctx.clock.now() })
      .where(and(inArray(uploads.id, [...ids]), eq(uploads.status, 'WAITING')))
      .returning({ id: uploads.id })
    for (const { id } of received) await ctx.enqueue(tx, processUpload, { uploadId: id })
    const known = await listByIds(tx, ids)
    const unexpected = ids.filter((id) => !known.some((upload) => upload.id === id && upload.status === 'PROCESSING'))
    if (unexpected.length > 0) await ctx.enqueue(tx, removeFiles, { keys: unexpected.map(sentKey) })
  })

/** A bucket tells nobody what arrives in it: looks for the bytes of those uploads of somebody's that still wait. */
export const noticeArrived = async (ctx: Context, ownerId: string, ids: readonly string[]): Promise<void> => {
  const waiting = (await listByIds(ctx.db, ids)).filter(
    ({ userId, status }) => userId === ownerId && status === 'WAITING',
  )
  const arrived = await Promise.all(waiting.map(async ({ id }) => ((await ctx.storage.find(sentKey(id))) ? [id] : [])))
  if (arrived.flat().length > 0) await receiveUploads(ctx, arrived.flat())
}
