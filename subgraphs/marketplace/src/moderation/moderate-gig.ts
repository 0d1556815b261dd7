import type { Transaction } from '@gigraph/shared/database'
import { fail, ok, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { gigRemoved } from '../events.ts'
import type { Gig, GigStatus } from '../gig/gig.ts'
import { nextStatus } from '../gig/gig-status.ts'
import { findForUpdate, findPublished, save } from '../gig/gig-store.ts'
import { publishGig } from '../gig/publish-gig.ts'
import { relist } from '../listing/relist.ts'
import { countChange, learnWords } from '../listing/search-words.ts'
import type { Decision } from './reason.ts'

interface Case {
  readonly gig: Gig
  readonly status: GigStatus
  readonly reason: string | null
}

/** What each decision does to the gig. */
const effects: Readonly<Record<Decision, (ctx: Context, tx: Transaction, about: Case) => Promise<Gig>>> = {
  approve: (ctx, tx, { gig, status }) => publishGig(ctx, tx, gig, status),
  reject: (ctx, tx, { gig, status, reason: why }) =>
    save(tx, gig, { status, reason: why, waitingSince: null, updatedAt: ctx.clock.now() }),
  suspend: async (ctx, tx, { gig, status, reason: why }) => {
    await learnWords(tx, countChange(await findPublished(tx, gig), null))
    const saved = await save(tx, gig, { status, reason: why, waitingSince: null, updatedAt: ctx.clock.now() })
    await relist(tx, [gig.id])
    const { id: gigId, sellerId } = gig
    await ctx.publish(tx, gigRemoved, { gigId, sellerId, title: gig.shown.title, reason: why })
    return saved
  },
}

/** A published gig waits only while a change of it does. */
const waitsFor = (gig: Gig, decision: Decision): boolean =>
  decision === 'suspend' || gig.waitingSince !== null || gig.status === 'REMOVED'

/** Staff decide about a gig. The caller has checked the scope. */
export const moderateGig = async (
  ctx: Context,
  tx: Transaction,
  { gigId, decision, reason }: { gigId: string; decision: Decision; reason: string | null },
): Promise<Result<{ before: Gig; listing: Gig }>> => {
  const gig = await findForUpdate(tx, gigId)
  const status = nextStatus(gig.status, decision)
  if (!status.ok) return status
  if (!waitsFor(gig, decision))
    return fail('INVALID_STATE', 'Nothing of this gig waits for a decision.', { allowed: ['suspend'] })
  return ok({ before: gig, listing: await effects[decision](ctx, tx, { gig, status: status.value, reason }) })
}
