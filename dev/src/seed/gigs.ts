import type { SeedGig } from '@gigraph/marketplace/seed'
import { usd } from '@gigraph/shared/money'
import type { Account } from './accounts.ts'
import { type Craft, crafts } from './crafts.ts'
import type { Random } from './random.ts'

type Offer = Craft['offers'][number]

/** A gig of the demo before anybody has bought it. */
export type PlannedGig = Omit<SeedGig, 'ratingCount' | 'ratingSum' | 'sales'>

/** The trade of the freelancer at a place in the list; neighbours have different ones. */
export const craftOf = (index: number): Craft => crafts[index % crafts.length] as Craft

const tiers = [
  { tier: 'BASIC', title: 'Starter', factor: 1, days: 1, revisions: 1 },
  { tier: 'STANDARD', title: 'Standard', factor: 1.9, days: 1.5, revisions: 2 },
  { tier: 'PREMIUM', title: 'Everything', factor: 3.4, days: 2.2, revisions: null },
] as const

const describe = (craft: Craft, offer: Offer, seller: Account): string =>
  [
    `${offer.title}. You get: ${craft.deliverable.toLowerCase()}.`,
    `**How it goes.** You tell me what you need, I ask until I understand it, and you see a first version after half of the time. ${craft.question}`,
    `I have done this for years, I answer within a day, and what you pay for is yours. — ${seller.displayName}`,
  ].join('\n\n')

const cents = (dollars: number): number => Math.max(500, Math.round(dollars / 5) * 500)

/** One gig of a seller, by one of the offers of the trade. */
const makeGig = (random: Random, seller: Account, craft: Craft, offer: Offer, now: Date): PlannedGig => {
  const createdAt = new Date(
    seller.createdAt.getTime() + random.next() * (now.getTime() - seller.createdAt.getTime()) * 0.6,
  )
  const price = offer.price * (0.6 + random.next() * 1.1)
  return {
    id: random.id(createdAt),
    sellerId: seller.id,
    status: 'ACTIVE',
    title: offer.title,
    description: describe(craft, offer, seller),
    categoryId: offer.category,
    tags: random.some(craft.skills, 3).map((skill) => skill.toLowerCase()),
    content: {
      packages: tiers.map(({ tier, title, factor, days, revisions }) => ({
        tier,
        title,
        description: `${craft.deliverable}.`,
        price: usd(cents(price * factor)),
        deliveryDays: Math.ceil(offer.days * days),
        revisions,
        features: random.some(craft.skills, 2),
      })),
      extras: [{ id: 'express', title: 'Express delivery', price: usd(cents(price * 0.4)), extraDays: 0 }],
      faq: [{ question: 'Do I own the result?', answer: 'Yes, all rights are yours once the order is complete.' }],
      requirements: [{ id: 'brief', question: craft.question, kind: 'TEXT', choices: [], required: true }],
    },
    createdAt,
  }
}

/** Two or three gigs for each of the demo's freelancers. */
export const planGigs = (random: Random, sellers: readonly Account[], now: Date): PlannedGig[] =>
  sellers.flatMap((seller, index) => {
    const craft = craftOf(index)
    return random.some(craft.offers, random.between(2, 3)).map((offer) => makeGig(random, seller, craft, offer, now))
  })

const ADJECTIVES = [
  'modern',
  'bold',
  'friendly',
  'minimal',
  'warm',
  'technical',
  'playful',
  'elegant',
  'honest',
  'quick',
  'careful',
  'classic',
]
const AUDIENCES = [
  'startups',
  'restaurants',
  'clinics',
  'schools',
  'authors',
  'shops',
  'agencies',
  'museums',
  'farms',
  'banks',
  'musicians',
  'charities',
]

/** As many gigs as asked for, by sellers without a story, for `--size`. */
export const makeCrowdGigs = (random: Random, sellers: readonly Account[], count: number, now: Date): SeedGig[] =>
  Array.from({ length: count }, (_, index) => {
    const craft = craftOf(random.between(0, crafts.length - 1))
    const offer = random.pick(craft.offers)
    const gig = makeGig(random, sellers[index % sellers.length] as Account, craft, offer, now)
    const ratingCount = random.chance(0.6) ? random.between(1, 80) : 0
    return {
      ...gig,
      title: `${offer.title}: ${random.pick(ADJECTIVES)}, for ${random.pick(AUDIENCES)}`,
      ratingCount,
      ratingSum: ratingCount === 0 ? 0 : Math.round(ratingCount * (3.6 + random.next() * 1.4)),
      sales: ratingCount + random.between(0, 20),
    }
  })
