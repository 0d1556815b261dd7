import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { ok, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { gigPaused, gigPublished, gigRemoved } from '../events.ts'
import { relist } from '../listing/relist.ts'
import { countChange, learnWords } from '../listing/search-words.ts'
import { findOptional, maySell } from '../seller/seller-store.ts'
import type { Gig } from './gig.ts'
import { nextStatus } from './gig-status.ts'
import { findForUpdate, findPublished, save } from './gig-store.ts'
import { authorizeGig } from './policy.ts'

type OwnersAction = 'pause' | 'resume' | 'archive'

/** Takes the viewer's own gig off the market for a while, back to it, or off for good. */
export const changeStatus = async (ctx: Context, gigId: string, action: OwnersAction): Promise<Result<Gig>> => {
  requireViewer(ctx)
  return transaction(ctx.db, async (tx) => {
    const gig = await findForUpdate(tx, gigId)
    authorizeGig(ctx.viewer, 'gig:change', gig)
    const status = nextStatus(gig.status, action)
    if (!status.ok) return status
    if (action === 'resume') {
      const allowed = maySell(await findOptional(tx, gig.sellerId))
      if (!allowed.ok) return allowed
    }
    const ended = action === 'archive' ? { waitingSince: null } : {}
    if (action === 'archive') await learnWords(tx, countChange(await findPublished(tx, gig), null))
    const saved = await save(tx, gig, { status: status.value, updatedAt: ctx.clock.now(), ...ended })
    await relist(tx, [gig.id])
    const told = { gigId: gig.id, sellerId: gig.sellerId, title: gig.shown.title }
    if (action === 'pause') await ctx.publish(tx, gigPaused, told)
    if (action === 'archive') await ctx.publish(tx, gigRemoved, { ...told, reason: null })
    if (action === 'resume')
      await ctx.publish(tx, gigPublished, { ...told, version: gig.publishedVersion ?? gig.draftVersion })
    return ok(saved)
  })
}
