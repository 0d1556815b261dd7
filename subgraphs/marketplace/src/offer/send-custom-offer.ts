import { requireRole, requireScope, requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { offerSent } from '../events.ts'
import { findOptional, findOptionalForUpdate, isInGoodStanding, maySell } from '../seller/seller-store.ts'
import { newOffer, type Offer, OPEN_OFFERS } from './offer.ts'
import { add, countOpen } from './offer-store.ts'

/** Offers somebody work at a price of its own. */
export const sendCustomOffer = async (ctx: Context, raw: unknown): Promise<Result<Offer>> => {
  const viewer = requireViewer(ctx)
  requireRole(viewer, 'FREELANCER')
  requireScope(viewer, 'proposals:write')
  const parsed = parseInput(newOffer, raw)
  if (!parsed.ok) return parsed
  const { price, expiresInDays, clientId, revisions, conversationId, ...work } = parsed.value
  if (clientId === viewer.id) return fail('NOT_ALLOWED', 'You cannot make yourself an offer.')
  const now = ctx.clock.now()
  return transaction(ctx.db, async (tx) => {
    const allowed = maySell(await findOptionalForUpdate(tx, viewer.id))
    if (!allowed.ok) return allowed
    const client = await findOptional(tx, clientId)
    if (!client?.roles.includes('CLIENT') || !isInGoodStanding(client))
      return fail('VALIDATION', 'There is no such client, or they have not confirmed their e-mail address.', {
        field: ['input', 'clientId'],
      })
    if ((await countOpen(tx, { freelancerId: viewer.id, clientId, now })) >= OPEN_OFFERS)
      return fail('LIMIT_EXCEEDED', `At most ${OPEN_OFFERS} offers to one client may be open; take one back first.`)
    const offer: Offer = {
      id: ctx.makeId(),
      freelancerId: viewer.id,
      clientId,
      conversationId: conversationId ?? null,
      status: 'SENT',
      ...work,
      priceMinor: price.amountMinor,
      currency: price.currency,
      revisions: revisions ?? null,
      createdAt: now,
      expiresAt: after(now, `${expiresInDays}d`),
      decidedAt: null,
    }
    await add(tx, offer)
    const told = { offerId: offer.id, freelancerId: viewer.id, clientId, title: offer.title }
    await ctx.publish(tx, offerSent, { ...told, conversationId: offer.conversationId })
    return ok(offer)
  })
}
