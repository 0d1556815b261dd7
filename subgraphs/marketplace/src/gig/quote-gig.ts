import { load } from '@gigraph/shared/graphql'
import { add, times } from '@gigraph/shared/money'
import type { z } from 'zod'
import type { Context } from '../context.ts'
import type { quoteGig as procedure, Terms } from '../internal.ts'
import type { GigVersion } from './gig.ts'
import { gigById } from './gig-store.ts'

type Question = z.output<typeof procedure.input>
type Quote = z.output<typeof procedure.output>

const LONGEST_DELIVERY_DAYS = 365

const unavailable = (reason: string): Quote => ({ available: false, reason })

/** The terms of a gig's package with extras as they are now, or why it cannot be bought. */
export const quoteGig = async (ctx: Context, question: Question): Promise<Quote> => {
  const gig = await load(ctx, gigById, question.gigId)
  if (!gig || gig.publishedVersion === null) return unavailable('There is no such gig.')
  if (gig.sellerId === question.buyerId) return unavailable('You cannot order your own gig.')
  if (gig.status === 'PAUSED') return unavailable('The seller has paused this gig.')
  if (gig.status !== 'ACTIVE' || !gig.sellerInGoodStanding) return unavailable('This gig is no longer on offer.')
  const priced = priceOf(gig.shown, question)
  if (!priced) return unavailable('The gig does not offer this package or one of these extras any more.')
  return {
    available: true,
    terms: {
      sellerId: gig.sellerId,
      gigId: gig.id,
      gigVersion: gig.publishedVersion,
      title: gig.shown.title,
      requirements: gig.shown.content.requirements.map((each) => ({ ...each, choices: [...each.choices] })),
      milestones: [],
      ...priced,
    },
  }
}

type Priced = Pick<Terms, 'description' | 'price' | 'lines' | 'deliveryDays' | 'revisions'>

/** The price of `quantity` units with each of the extras for each unit. Units are worked on one after another, extras once. */
export const priceOf = (
  { content }: Pick<GigVersion, 'content'>,
  { tier, extraIds, quantity }: Pick<Question, 'tier' | 'extraIds' | 'quantity'>,
): Priced | undefined => {
  const offered = content.packages.find((each) => each.tier === tier)
  const extras = [...new Set(extraIds)].map((id) => content.extras.find((extra) => extra.id === id))
  if (!offered || extras.includes(undefined)) return undefined
  const chosen = extras.filter((extra) => extra !== undefined)
  const lines = [offered, ...chosen].map(({ title, price }) => ({ title, quantity, amount: times(price, quantity) }))
  const [first, ...rest] = lines.map(({ amount }) => amount)
  if (!first) return undefined
  const days = offered.deliveryDays * quantity + chosen.reduce((sum, extra) => sum + extra.extraDays, 0)
  return {
    description: offered.description,
    price: add(first, ...rest),
    lines,
    deliveryDays: Math.min(LONGEST_DELIVERY_DAYS, Math.max(1, days)),
    revisions: offered.revisions,
  }
}
