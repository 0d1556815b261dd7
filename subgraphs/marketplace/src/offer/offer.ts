import { z } from 'zod'
import { addUpTo, milestones } from '../proposal/milestones.ts'
import type { offers } from '../tables.ts'

export type Offer = typeof offers.$inferSelect

/** How many offers of one freelancer may wait for one client: more is advertising. */
export const OPEN_OFFERS = 10

/** What `sendCustomOffer` takes. */
export const newOffer = z
  .object({
    clientId: z.uuid({ error: 'There is no such client.' }),
    conversationId: z.uuid({ error: 'There is no such conversation.' }).nullish(),
    title: z.string().trim().min(5, { error: 'A title has at least 5 characters.' }).max(120),
    description: z.string().trim().min(20, { error: 'Describe the work in at least 20 characters.' }).max(5_000),
    price: z.object({
      amountMinor: z.int().min(500, { error: 'A price is at least $5.' }).max(100_000_000),
      currency: z.literal('USD', { error: 'Prices are in USD.' }),
    }),
    deliveryDays: z.int().min(1).max(365, { error: 'Delivery takes 1 to 365 days.' }),
    revisions: z.int().min(0).max(20).nullish(),
    milestones,
    expiresInDays: z.int().min(1).max(30, { error: 'An offer holds 1 to 30 days.' }),
  })
  .refine((offer) => addUpTo(offer.price, offer.milestones), {
    error: 'The milestones must add up to the price.',
    path: ['milestones'],
  })

/** The status as people see it: what the sweeper has not noted yet has expired all the same. */
export const statusOf = (offer: Pick<Offer, 'status' | 'expiresAt'>, now: Date): Offer['status'] =>
  offer.status === 'SENT' && offer.expiresAt <= now ? 'EXPIRED' : offer.status
