import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { ok, type Result } from '@gigraph/shared/errors'
import { eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { avatars } from '../tables.ts'
import { claimOrExplain } from '../upload/claim-uploads.ts'
import { ownUpload } from '../upload/complete-upload.ts'
import { noticeArrived } from '../upload/receive-upload.ts'
import type { Upload } from '../upload/upload.ts'
import { remove } from '../upload/upload-store.ts'
import { findOptionalForUpdate, save } from './avatar-store.ts'

const present = (...ids: readonly (string | null | undefined)[]): string[] => ids.filter((id) => id != null)

/**
 * Makes an upload of the viewer's their picture. While it is still worked on, the picture before stays; what is replaced is deleted.
 * Another person's upload is not found.
 */
export const setAvatar = async (ctx: Context, { uploadId }: { readonly uploadId: string }): Promise<Result<Upload>> => {
  const { id: userId } = requireViewer(ctx)
  await ownUpload(ctx, uploadId)
  await noticeArrived(ctx, userId, [uploadId])
  return transaction(ctx.db, async (tx) => {
    const claim = { ownerId: userId, uploadIds: [uploadId], purpose: 'AVATAR' as const }
    const claimed = await claimOrExplain(ctx, tx, { ...claim, fieldOf: () => ['input', 'uploadId'] })
    if (!claimed.ok) return claimed
    const [image] = claimed.value
    if (!image) throw new Error('a claim of one upload gave none')
    const before = await findOptionalForUpdate(tx, userId)
    const ready = image.status === 'READY'
    await save(
      tx,
      ready
        ? { userId, imageId: image.id, nextImageId: null }
        : { userId, imageId: before?.imageId ?? null, nextImageId: image.id },
    )
    const replaced = present(ready ? before?.imageId : null, before?.nextImageId).filter((id) => id !== image.id)
    await remove(ctx, tx, replaced)
    return ok(image)
  })
}

/** Deletes the viewer's picture, with its files. */
export const removeAvatar = async (ctx: Context): Promise<Result<null>> => {
  const { id: userId } = requireViewer(ctx)
  return transaction(ctx.db, async (tx) => {
    const [before] = await tx.delete(avatars).where(eq(avatars.userId, userId)).returning()
    await remove(ctx, tx, present(before?.imageId, before?.nextImageId))
    return ok(null)
  })
}
