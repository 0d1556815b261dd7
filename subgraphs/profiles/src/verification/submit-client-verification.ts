import { requireRole, requireViewer } from '@gigraph/shared/auth'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { isId } from '@gigraph/shared/time'
import { z } from 'zod'
import { changeClient } from '../client/change-client.ts'
import type { ClientProfile } from '../client/client.ts'
import type { Context } from '../context.ts'
import { claimOrExplain } from '../upload/claim-uploads.ts'
import { noticeArrived } from '../upload/receive-upload.ts'
import { remove } from '../upload/upload-store.ts'

const request = z.object({
  documentIds: z
    .array(z.string())
    .min(1, { error: 'Upload at least one document that shows who you are.' })
    .max(5, { error: 'Upload at most 5 documents.' })
    .transform((ids) => [...new Set(ids)]),
  note: z.string().trim().max(2_000, { error: 'Say it in at most 2,000 characters.' }).nullish(),
})

/** Puts the viewer's own client profile into the queue of staff, with documents that only they and staff can read. */
export const submitClientVerification = async (ctx: Context, raw: unknown): Promise<Result<ClientProfile>> => {
  const viewer = requireViewer(ctx)
  requireRole(viewer, 'CLIENT')
  const parsed = parseInput(request, raw)
  if (!parsed.ok) return parsed
  const { documentIds, note } = parsed.value
  await noticeArrived(ctx, viewer.id, documentIds.filter(isId))
  return changeClient(ctx, async (profile, tx) => {
    if (!profile.completedAt) return fail('NOT_ALLOWED', 'Fill in your client profile first.')
    if (profile.verification === 'PENDING' || profile.verification === 'VERIFIED')
      return fail('INVALID_STATE', `You are ${profile.verification.toLowerCase()} already.`, { allowed: [] })
    const claimed = await claimOrExplain(ctx, tx, {
      ownerId: viewer.id,
      uploadIds: documentIds,
      purpose: 'VERIFICATION_DOCUMENT',
      fieldOf: (index) => ['input', 'documentIds', String(index)],
    })
    if (!claimed.ok) return claimed
    // What an earlier request showed and this one does not is not needed any more.
    await remove(
      ctx,
      tx,
      profile.verificationDocumentIds.filter((id) => !documentIds.includes(id)),
    )
    return ok({
      verification: 'PENDING',
      verificationNote: note || null,
      verificationDocumentIds: documentIds,
      verificationReason: null,
      verificationRequestedAt: ctx.clock.now(),
    })
  })
}
