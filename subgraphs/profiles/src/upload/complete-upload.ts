import { requireViewer } from '@gigraph/shared/auth'
import { fail, notFound, ok, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { noticeArrived } from './receive-upload.ts'
import type { Upload } from './upload.ts'
import { listByIds } from './upload-store.ts'

/** The viewer's own upload. @throws {ApplicationError} NOT_FOUND for others */
export const ownUpload = async (ctx: Context, id: string): Promise<Upload> => {
  const viewer = requireViewer(ctx)
  const [upload] = await listByIds(ctx.db, [id])
  if (upload?.userId !== viewer.id) throw notFound('Upload')
  return upload
}

/** Has the bytes of an upload checked, if they have arrived. Repeated calls answer how far that is. */
export const completeUpload = async (
  ctx: Context,
  { uploadId }: { readonly uploadId: string },
): Promise<Result<Upload>> => {
  const { id, userId } = await ownUpload(ctx, uploadId)
  await noticeArrived(ctx, userId, [id])
  const upload = await ownUpload(ctx, id)
  return upload.status === 'WAITING'
    ? fail('NOT_AVAILABLE', 'Send the file to the address of the upload first.')
    : ok(upload)
}
