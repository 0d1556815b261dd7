import { transaction } from '@gigraph/shared/database'
import { defineJob } from '@gigraph/shared/jobs'
import { readAll } from '@gigraph/shared/storage'
import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { dropNextAvatar, promoteAvatar } from '../avatar/avatar-store.ts'
import type { Context } from '../context.ts'
import { uploads } from '../tables.ts'
import { checkDocument, makeVariants } from './inspect.ts'
import { type Cut, imageSizes, purposeRules } from './purpose.ts'
import { removeFiles } from './remove-files.ts'
import { documentKey, imageKey, keysOf, sentKey, type Upload } from './upload.ts'
import { listByIds } from './upload-store.ts'

/** Checks what was sent, makes the three sizes of a picture. */
export const processUpload = defineJob({
  name: 'process-upload',
  queue: 'profiles.images',
  schema: z.object({ uploadId: z.uuid() }),
})

type Outcome =
  | Pick<Upload, 'status' | 'width' | 'height' | 'contentType' | 'byteSize'>
  | { readonly status: 'FAILED'; readonly failure: string }

const failed = (failure: string): Outcome => ({ status: 'FAILED', failure })

const keepPicture = async (ctx: Context, { id }: Upload, bytes: Uint8Array, cut: Cut): Promise<Outcome> => {
  const made = await makeVariants(bytes, cut)
  if (!made.ok) return failed(made.reason)
  const contentType = 'image/webp'
  for (const size of imageSizes)
    await ctx.storage.put(imageKey(id, cut.edges[size]), made.bySize[size], { contentType })
  const { width, height } = made
  return { status: 'READY', width, height, contentType, byteSize: made.bySize.LARGE.length }
}

const keepDocument = async (ctx: Context, { id, purpose }: Upload, bytes: Uint8Array): Promise<Outcome> => {
  const checked = await checkDocument(bytes, purposeRules[purpose].contentTypes)
  if (!checked.ok) return failed(checked.reason)
  const { contentType } = checked
  await ctx.storage.put(documentKey(id), checked.bytes, { contentType })
  return { status: 'READY', width: null, height: null, contentType, byteSize: checked.bytes.length }
}

const outcomeOf = async (ctx: Context, upload: Upload): Promise<Outcome> => {
  const { cut } = purposeRules[upload.purpose]
  const sent = await ctx.storage.get(sentKey(upload.id))
  if (!sent) return failed('The file is gone; upload it again.')
  if (sent.byteSize !== upload.byteSize) {
    sent.stream.destroy()
    return failed('The file has another size than was announced.')
  }
  const bytes = await readAll(sent)
  return cut ? keepPicture(ctx, upload, bytes, cut) : keepDocument(ctx, upload, bytes)
}

/** Runs again after any failure of storage or database: every step writes the same. */
export const runProcessUpload = async (ctx: Context, { uploadId }: { readonly uploadId: string }): Promise<void> => {
  const [upload] = await listByIds(ctx.db, [uploadId])
  if (upload?.status !== 'PROCESSING') return
  const outcome = await outcomeOf(ctx, upload)
  await transaction(ctx.db, async (tx) => {
    const [done] = await tx
      .update(uploads)
      .set(outcome)
      .where(and(eq(uploads.id, uploadId), eq(uploads.status, 'PROCESSING')))
      .returning()
    // Without a row nobody waits for it any more: released or erased meanwhile.
    const [current] = done ? [done] : await listByIds(tx, [uploadId])
    await ctx.enqueue(tx, removeFiles, { keys: current ? [sentKey(uploadId)] : keysOf(upload) })
    if (done?.purpose !== 'AVATAR') return
    if (done.status === 'READY') await promoteAvatar(ctx, tx, done)
    else await dropNextAvatar(tx, done)
  })
}
