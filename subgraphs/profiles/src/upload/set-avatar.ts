import { requireViewer } from '@gigraph/shared/auth'
import { afterCommit, transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, type Result } from '@gigraph/shared/errors'
import { type Batch, indexBy } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { and, eq, inArray } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { avatars, uploads } from '../tables.ts'
import { readSent, removeImage, removeSent, writeAvatar } from './files.ts'

export type Avatar = typeof avatars.$inferSelect

export const avatarByUserId: Batch<Context, string, Avatar> = async (ctx, userIds) =>
  indexBy(
    await ctx.db
      .select()
      .from(avatars)
      .where(inArray(avatars.userId, userIds.filter(isId))),
    (found) => found.userId,
  )

/** Makes an upload of the viewer's their picture; what it shows before is deleted. Another person's upload is not found. */
export const setAvatar = async (ctx: Context, { uploadId }: { readonly uploadId: string }): Promise<Result<Avatar>> => {
  const { id: userId } = requireViewer(ctx)
  const directory = ctx.config.UPLOAD_DIRECTORY
  const mine = and(eq(uploads.id, uploadId), eq(uploads.userId, userId))
  const [upload] = isId(uploadId) ? await ctx.db.select().from(uploads).where(mine) : []
  if (!upload) throw notFound('Upload')
  const bytes = await readSent(directory, uploadId)
  if (!bytes) return fail('NOT_AVAILABLE', 'Send the picture to the address of the upload first.')
  if (!(await writeAvatar(directory, uploadId, bytes)))
    return fail('VALIDATION', 'This is no picture that can be read.', { field: ['input', 'uploadId'] })
  return transaction(ctx.db, async (tx) => {
    const [before] = await tx.select().from(avatars).where(eq(avatars.userId, userId)).for('update')
    const avatar = { userId, imageId: uploadId }
    await tx
      .insert(avatars)
      .values(avatar)
      .onConflictDoUpdate({ target: avatars.userId, set: { imageId: uploadId } })
    await tx.delete(uploads).where(mine)
    afterCommit(tx, async () => {
      await removeSent(directory, uploadId)
      if (before && before.imageId !== uploadId) await removeImage(directory, before.imageId)
    })
    return ok(avatar)
  })
}

/** Deletes the viewer's picture, with its files once that is certain. */
export const removeAvatar = async (ctx: Context): Promise<Result<null>> => {
  const { id: userId } = requireViewer(ctx)
  return transaction(ctx.db, async (tx) => {
    const [before] = await tx.delete(avatars).where(eq(avatars.userId, userId)).returning()
    if (before) afterCommit(tx, () => removeImage(ctx.config.UPLOAD_DIRECTORY, before.imageId))
    return ok(null)
  })
}
