import { requireScopeOfKey, requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { offerDeclined } from '../events.ts'
import { type Offer, statusOf } from './offer.ts'
import { findOptionalForUpdate, save } from './offer-store.ts'

interface Which {
  readonly offerId: string
}

const answer = (
  ctx: Context,
  { offerId }: Which,
  { by, status }: { by: 'freelancerId' | 'clientId'; status: 'WITHDRAWN' | 'DECLINED' },
): Promise<Result<Offer>> => {
  const viewer = requireViewer(ctx)
  return transaction(ctx.db, async (tx) => {
    const offer = await findOptionalForUpdate(tx, offerId)
    if (!offer || (offer.freelancerId !== viewer.id && offer.clientId !== viewer.id)) throw notFound('Offer')
    if (offer[by] !== viewer.id) return fail('NOT_ALLOWED', 'Only the other side can do this.')
    // Saying yes is placing the order.
    requireScopeOfKey(viewer, by === 'clientId' ? 'orders:place' : 'proposals:write')
    const now = ctx.clock.now()
    if (statusOf(offer, now) !== 'SENT') return fail('INVALID_STATE', 'This offer is no longer open.', { allowed: [] })
    const saved = await save(tx, offer.id, { status, decidedAt: now })
    const { freelancerId, clientId, title } = saved
    if (status === 'DECLINED')
      await ctx.publish(tx, offerDeclined, { offerId: saved.id, freelancerId, clientId, title })
    return ok(saved)
  })
}

/** Takes back an offer that the viewer made. */
export const withdrawCustomOffer = async (ctx: Context, which: Which): Promise<Result<Offer>> =>
  answer(ctx, which, { by: 'freelancerId', status: 'WITHDRAWN' })

/** Says no to an offer that the viewer was made. */
export const declineCustomOffer = async (ctx: Context, which: Which): Promise<Result<Offer>> =>
  answer(ctx, which, { by: 'clientId', status: 'DECLINED' })
