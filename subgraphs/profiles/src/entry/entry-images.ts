import type { Transaction } from '@gigraph/shared/database'
import { ok, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { claimOrExplain } from '../upload/claim-uploads.ts'
import { remove } from '../upload/upload-store.ts'
import type { EntryContent } from './entry.ts'
import { imageIdsOf } from './entry-store.ts'

/** Claims the pictures that an item of the owner's portfolio shows from now on. */
export const claimImages = async (
  ctx: Context,
  tx: Transaction,
  {
    ownerId,
    content,
    before,
  }: { readonly ownerId: string; readonly content: EntryContent; readonly before?: EntryContent },
): Promise<Result<null>> => {
  const wanted = content.imageIds ?? []
  // What it showed before stays possible, even a picture that turned out to be none.
  const added = wanted.filter((id) => !before?.imageIds?.includes(id))
  const claimed = await claimOrExplain(ctx, tx, {
    ownerId,
    uploadIds: added,
    purpose: 'PORTFOLIO_IMAGE',
    fieldOf: (index) => ['input', 'imageIds', String(wanted.indexOf(added[index] ?? ''))],
  })
  return claimed.ok ? ok(null) : claimed
}

/** Deletes pictures that no item shows any more; call it after the item was written. */
export const releaseImages = async (
  ctx: Context,
  tx: Transaction,
  { ownerId, before }: { readonly ownerId: string; readonly before: EntryContent },
): Promise<void> => {
  const shown = new Set(await imageIdsOf(tx, ownerId))
  await remove(
    ctx,
    tx,
    (before.imageIds ?? []).filter((id) => !shown.has(id)),
  )
}
