import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { ok, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { findOptional, maySell } from '../seller/seller-store.ts'
import { type Gig, type GigDraft, missingForPublication } from './gig.ts'
import { nextStatus } from './gig-status.ts'
import { findForUpdate, save } from './gig-store.ts'
import { authorizeGig } from './policy.ts'
import { publishGig } from './publish-gig.ts'

/** VALIDATION with everything that buyers would miss. */
export const refuseIncomplete = (draft: Pick<GigDraft, 'description' | 'tags' | 'content'>): Result<undefined> => {
  const missing = missingForPublication(draft)
  if (missing.length === 0) return ok(undefined)
  return {
    ok: false,
    errors: missing.map(({ field, message }) => ({ code: 'VALIDATION', message, field: ['input', field] })),
  }
}

/** Hands a draft in. With MODERATION=auto it is live at once, else it waits for staff. */
export const submitGig = async (ctx: Context, { gigId }: { readonly gigId: string }): Promise<Result<Gig>> => {
  requireViewer(ctx)
  const now = ctx.clock.now()
  return transaction(ctx.db, async (tx) => {
    const gig = await findForUpdate(tx, gigId)
    const viewer = authorizeGig(ctx.viewer, 'gig:change', gig)
    const status = nextStatus(gig.status, 'submit')
    if (!status.ok) return status
    const allowed = maySell(await findOptional(tx, viewer.id))
    if (!allowed.ok) return allowed
    const complete = refuseIncomplete(gig.shown)
    if (!complete.ok) return complete
    if (ctx.config.MODERATION === 'auto') return ok(await publishGig(ctx, tx, gig, 'ACTIVE'))
    return ok(await save(tx, gig, { status: status.value, waitingSince: now, reason: null, updatedAt: now }))
  })
}
