import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { ok, parseInput, type Result } from '@gigraph/shared/errors'
import type { z } from 'zod'
import type { Context } from '../context.ts'
import { type Gig, type GigDraft, gigChanges } from './gig.ts'
import { nextStatus } from './gig-status.ts'
import { findForUpdate, save, saveDraft } from './gig-store.ts'
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
    if (gig.status === 'DRAFT') return ok(saved)
    if (ctx.config.MODERATION === 'auto') return ok(await publishGig(ctx, tx, saved, status.value))
    return ok(await save(tx, saved, { waitingSince: gig.waitingSince ?? now }))
  })
}

const changed = (ctx: Context, gig: Gig, changes: z.output<typeof gigChanges>): GigDraft => {
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
      },
      content,
    ),
  }
}
