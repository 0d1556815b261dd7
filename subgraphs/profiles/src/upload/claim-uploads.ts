import { type Transaction, transaction } from '@gigraph/shared/database'
import { fail, type Result } from '@gigraph/shared/errors'
import type { UploadPurpose } from '@gigraph/shared/uploads'
import { and, inArray, isNull } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { uploads } from '../tables.ts'
import { noticeArrived } from './receive-upload.ts'
import type { Upload } from './upload.ts'
import { listForUpdate } from './upload-store.ts'

interface Claim {
  readonly ownerId: string
  readonly uploadIds: readonly string[]
  readonly purpose: UploadPurpose
}

type Reason = 'UNKNOWN' | 'WRONG_PURPOSE' | 'NOT_SENT' | 'UNUSABLE'

type Claimed =
  | { readonly claimed: true; readonly files: Upload[] }
  | { readonly claimed: false; readonly refused: { readonly id: string; readonly reason: Reason }[] }

const faultOf = (upload: Upload | undefined, { ownerId, purpose }: Claim): Reason | null => {
  if (upload?.userId !== ownerId) return 'UNKNOWN'
  if (upload.purpose !== purpose) return 'WRONG_PURPOSE'
  if (upload.status === 'WAITING') return 'NOT_SENT'
  return upload.status === 'FAILED' ? 'UNUSABLE' : null
}

/** Claims sent files within a transaction; all or none. Call {@link noticeArrived} before it. */
const claimWithin = async (ctx: Context, tx: Transaction, claim: Claim): Promise<Claimed> => {
  const found = new Map((await listForUpdate(tx, claim.uploadIds)).map((upload) => [upload.id, upload]))
  const refused = claim.uploadIds.flatMap((id) => {
    const reason = faultOf(found.get(id), claim)
    return reason ? [{ id, reason }] : []
  })
  if (refused.length > 0) return { claimed: false, refused }
  await tx
    .update(uploads)
    .set({ claimedAt: ctx.clock.now() })
    .where(and(inArray(uploads.id, [...claim.uploadIds]), isNull(uploads.claimedAt)))
  return { claimed: true, files: claim.uploadIds.flatMap((id) => found.get(id) ?? []) }
}

/** Claims sent files for another service's resource. */
export const claimFor = async (ctx: Context, claim: Claim): Promise<Claimed> => {
  if (claim.uploadIds.length === 0) return { claimed: true, files: [] }
  await noticeArrived(ctx, claim.ownerId, claim.uploadIds)
  return transaction(ctx.db, (tx) => claimWithin(ctx, tx, claim))
}

const words: Readonly<Record<Reason, string>> = {
  UNKNOWN: 'There is no such upload of yours.',
  WRONG_PURPOSE: 'This was uploaded for another purpose.',
  NOT_SENT: 'Send the file to the address of the upload first.',
  UNUSABLE: 'The content of this file is not what it was said to be, or too large.',
}

/** Claims for a thing of this service; what is refused becomes the user error of its input field. */
export const claimOrExplain = async (
  ctx: Context,
  tx: Transaction,
  claim: Claim & { readonly fieldOf: (index: number) => readonly string[] },
): Promise<Result<Upload[]>> => {
  const claimed =
    claim.uploadIds.length === 0 ? ({ claimed: true, files: [] } as const) : await claimWithin(ctx, tx, claim)
  if (claimed.claimed) return { ok: true, value: [...claimed.files] }
  const [first] = claimed.refused
  const reason = first?.reason ?? 'UNKNOWN'
  return fail(reason === 'NOT_SENT' ? 'NOT_AVAILABLE' : 'VALIDATION', words[reason], {
    field: claim.fieldOf(claim.uploadIds.indexOf(first?.id ?? '')),
  })
}
