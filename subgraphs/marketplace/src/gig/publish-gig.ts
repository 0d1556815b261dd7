import type { Transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'
import { gigPublished, gigUpdated } from '../events.ts'
import { relist } from '../listing/relist.ts'
import { countChange, learnWords } from '../listing/search-words.ts'
import type { Gig, GigStatus } from './gig.ts'
import { findPublished, save } from './gig-store.ts'

/** Shows a gig's newest version to buyers, from now on in the given status, and tells it. */
export const publishGig = async (ctx: Context, tx: Transaction, gig: Gig, status: GigStatus): Promise<Gig> => {
  const now = ctx.clock.now()
  const saved = await save(tx, gig, {
    status,
    publishedVersion: gig.draftVersion,
    publishedAt: gig.publishedAt ?? now,
    waitingSince: null,
    reason: null,
    updatedAt: now,
  })
  await relist(tx, [gig.id])
  await learnWords(tx, countChange(await findPublished(tx, gig), gig.shown))
  const told = { gigId: gig.id, sellerId: gig.sellerId, title: gig.shown.title, version: gig.draftVersion }
  await ctx.publish(tx, gig.publishedVersion === null ? gigPublished : gigUpdated, told)
  return saved
}
