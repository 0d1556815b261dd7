import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { gigRemoved, listingModerated } from '../events.ts'
import type { Gig, GigStatus } from '../gig/gig.ts'
import { nextStatus } from '../gig/gig-status.ts'
import { findForUpdate, save } from '../gig/gig-store.ts'
import { publishGig } from '../gig/publish-gig.ts'
import { relist } from '../listing/relist.ts'

const reason = z.object({
  reason: z
    .string()
    .trim()
    .min(10, { error: 'Give the owner a reason of at least 10 characters.' })
    .max(1_000, { error: 'A reason has at most 1,000 characters.' }),
})

type Decision = 'approve' | 'reject' | 'suspend'
const DECIDED = { approve: 'APPROVED', reject: 'REJECTED', suspend: 'SUSPENDED' } as const

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

/** Staff decide about a gig; its owner is told. Needs the scope content:moderate. */
export const moderateGig = async (
  ctx: Context,
  decision: Decision,
  input: { readonly listingId: string; readonly reason?: string },
): Promise<Result<Gig>> => {
  requireScope(requireViewer(ctx), 'content:moderate')
  const parsed = decision === 'approve' ? ok({ reason: null }) : parseInput(reason, input)
  if (!parsed.ok) return parsed
  return transaction(ctx.db, async (tx) => {
    const gig = await findForUpdate(tx, input.listingId)
    const status = nextStatus(gig.status, decision)
    if (!status.ok) return status
    if (!waitsFor(gig, decision))
      return fail('INVALID_STATE', 'Nothing of this gig waits for a decision.', { allowed: ['suspend'] })
    const saved = await effects[decision](ctx, tx, { gig, status: status.value, reason: parsed.value.reason })
    await ctx.publish(tx, listingModerated, {
      listingId: gig.id,
      kind: 'GIG',
      ownerId: gig.sellerId,
      title: gig.shown.title,
      decision: DECIDED[decision],
      reason: parsed.value.reason,
    })
    return ok(saved)
  })
}
