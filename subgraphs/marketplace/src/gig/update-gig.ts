import { requireViewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { notFound, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import { claimFiles } from '@gigraph/shared/uploads'
import type { z } from 'zod'
import type { Context } from '../context.ts'
import { orderRelease } from '../upload/release-uploads.ts'
import { type Gig, type GigDraft, type GigStatus, gigChanges } from './gig.ts'
import { nextStatus } from './gig-status.ts'
import { findForUpdate, gigById, imagesOfSeller, save, saveDraft } from './gig-store.ts'
import { authorizeGig } from './policy.ts'
import { publishGig } from './publish-gig.ts'
import { refuseIncomplete } from './submit-gig.ts'
import { withIds } from './with-ids.ts'

/**
 * Changes a gig. A draft changes in place; of a published gig a new version is made, which buyers see at once or, when
 * staff moderate, after approval. Orders keep the version that was bought.
 */
export const updateGig = async (ctx: Context, raw: unknown): Promise<Result<Gig>> => {
  requireViewer(ctx)
  const parsed = parseInput(gigChanges, raw)
  if (!parsed.ok) return parsed
  // What is refused anyway takes no files: those that are claimed are kept.
  const possible = await mayUpdate(ctx, parsed.value.gigId)
  if (!possible.ok) return possible
  const claimed = await claimFiles(ctx, {
    uploadIds: parsed.value.imageIds ?? [],
    purpose: 'GIG_IMAGE',
    field: ['input', 'imageIds'],
  })
  if (!claimed.ok) return claimed
  const now = ctx.clock.now()
  return transaction(ctx.db, async (tx) => {
    const gig = await findForUpdate(tx, parsed.value.gigId)
    authorizeGig(ctx.viewer, 'gig:change', gig)
    const status = nextStatus(gig.status, 'update')
    if (!status.ok) return status
    const draft = changed(ctx, gig, parsed.value)
    if (gig.status !== 'DRAFT') {
      const complete = refuseIncomplete(draft)
      if (!complete.ok) return complete
    }
    const saved = await saveDraft(tx, gig, draft, now)
    await releaseImages(ctx, tx, gig)
    if (gig.status === 'DRAFT') return ok(saved)
    if (ctx.config.MODERATION === 'auto') return ok(await publishGig(ctx, tx, saved, status.value))
    return ok(await save(tx, saved, { waitingSince: gig.waitingSince ?? now }))
  })
}

/** @throws {ApplicationError} NOT_FOUND, FORBIDDEN when the gig is not the viewer's */
const mayUpdate = async (ctx: Context, gigId: string): Promise<Result<GigStatus>> => {
  const gig = await load(ctx, gigById, gigId)
  if (!gig) throw notFound('Gig')
  authorizeGig(ctx.viewer, 'gig:change', gig)
  return nextStatus(gig.status, 'update')
}

/** Pictures that the newest version showed before and that no version shows any more are not kept. */
const releaseImages = async (ctx: Context, tx: Transaction, { sellerId, shown }: Gig): Promise<void> => {
  const before = shown.content.images ?? []
  if (before.length === 0) return
  const kept = await imagesOfSeller(tx, sellerId)
  await orderRelease(
    ctx,
    tx,
    before.filter((id) => !kept.has(id)),
  )
}

/** The newest version with these changes. */
export const changed = (ctx: Context, gig: Gig, changes: Omit<z.output<typeof gigChanges>, 'gigId'>): GigDraft => {
  const { content } = gig.shown
  return {
    title: changes.title ?? gig.shown.title,
    description: changes.description ?? gig.shown.description,
    categoryId: changes.categoryId ?? gig.shown.categoryId,
    tags: changes.tags ?? gig.shown.tags,
    content: withIds(
      ctx,
      {
        packages: changes.packages ?? content.packages,
        extras: changes.extras ?? content.extras,
        faq: changes.faq ?? content.faq,
        requirements: changes.requirements ?? content.requirements,
        images: changes.imageIds ?? content.images ?? [],
      },
      content,
    ),
  }
}
