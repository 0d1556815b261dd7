import { load } from '@gigraph/shared/graphql'
import type { z } from 'zod'
import type { Context } from '../context.ts'
import type { quoteOffer as procedure } from '../internal.ts'
import { findOptional, maySell } from '../seller/seller-store.ts'
import { offerById } from './offer-store.ts'

/** The terms of an offer, for its receiver. An order that was not paid in time may be placed again while the offer holds. */
export const quoteOffer = async (
  ctx: Context,
  { offerId, buyerId }: z.output<typeof procedure.input>,
): Promise<z.output<typeof procedure.output>> => {
  const offer = await load(ctx, offerById, offerId)
  if (!offer || offer.clientId !== buyerId) return { available: false, reason: 'There is no such offer.' }
  if (offer.expiresAt <= ctx.clock.now()) return { available: false, reason: 'This offer has expired.' }
  if (offer.status !== 'SENT' && offer.status !== 'ACCEPTED')
    return { available: false, reason: `This offer was ${offer.status.toLowerCase()}.` }
  if (!maySell(await findOptional(ctx.db, offer.freelancerId)).ok)
    return { available: false, reason: 'The freelancer cannot take orders now.' }
  const price = { amountMinor: offer.priceMinor, currency: offer.currency }
  return {
    available: true,
    terms: {
      sellerId: offer.freelancerId,
      gigId: null,
      gigVersion: null,
      title: offer.title,
      description: offer.description,
      price,
      lines: [{ title: offer.title, quantity: 1, amount: price }],
      deliveryDays: offer.deliveryDays,
      revisions: offer.revisions,
      requirements: [],
      milestones: offer.milestones.map((milestone) => ({ ...milestone })),
    },
  }
}
