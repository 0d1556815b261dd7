import type { SeedClient, SeedFacts, SeedFreelancer } from '@gigraph/profiles/seed'
import type { SeedReviewedOrder } from '@gigraph/reviews/seed'
import type { Account, Accounts } from './accounts.ts'
import { craftOf, type PlannedGig } from './gigs.ts'
import { clients as clientNames, freelancers as freelancerNames } from './names.ts'
import type { PlannedOrder } from './orders.ts'
import type { Random } from './random.ts'

const DAY_MS = 86_400_000

/** How a gig stands after its orders. */
export const salesOf = (gig: PlannedGig, orders: readonly PlannedOrder[]) => {
  const sold = orders.filter((order) => order.gig.id === gig.id && order.state === 'COMPLETED')
  const ratings = sold.flatMap(({ review }) => (review ? [review.rating] : []))
  return {
    sales: sold.length,
    ratingCount: ratings.length,
    ratingSum: ratings.reduce((sum, rating) => sum + rating, 0),
  }
}

/** What profiles would have heard of finished orders, their reviews, and of answers. */
export const factsOf = (
  random: Random,
  finished: readonly FinishedOrder[],
  reviewed: readonly SeedReviewedOrder[],
  now: Date,
): Pick<SeedFacts, 'orders' | 'reviews' | 'answers'> => {
  const sellers = new Set(finished.map(({ plan }) => plan.terms.sellerId))
  return {
    orders: finished.map(({ id, plan }) => ({
      orderId: id,
      freelancerId: plan.terms.sellerId,
      clientId: plan.buyerId,
      outcome: 'COMPLETED' as const,
      onTime: true,
    })),
    reviews: reviewed.flatMap(({ sellerId, reviews }) =>
      reviews
        .filter(({ side }) => side === 'BUYER')
        .map(({ id, rating }) => ({ reviewId: id, freelancerId: sellerId, rating })),
    ),
    answers: [...sellers].flatMap((userId) => {
      const typical = random.between(600, 30_000)
      return Array.from({ length: random.between(5, 30) }, () => {
        const sentAt = new Date(now.getTime() - random.between(1, 200) * DAY_MS)
        return { messageId: random.id(sentAt), userId, seconds: Math.round(typical * (0.5 + random.next())), sentAt }
      })
    }),
  }
}

export const freelancerProfiles = (random: Random, people: readonly Account[]): SeedFreelancer[] =>
  people.map((person, index) => {
    const craft = craftOf(index)
    const [, country = null, timeZone = null, spoken = 'en'] = freelancerNames[index] ?? []
    const headline = random.pick(craft.headlines)
    return {
      userId: person.id,
      displayName: person.displayName,
      headline,
      bio: `${headline}. I work on few projects at a time and tell you early when something goes wrong. My clients come back: ask them.`,
      skills: craft.skills.map((name) => ({ name, level: random.between(2, 3) })),
      hourlyRateMinor: random.between(6, 24) * 500,
      country,
      timeZone,
      languages: spoken
        .split(' ')
        .map((code, place) => ({ code, proficiency: place === 0 ? ('NATIVE' as const) : ('FLUENT' as const) })),
      hoursPerWeek: random.pick([10, 20, 30, 40]),
      createdAt: person.createdAt,
    }
  })

export const clientProfiles = (random: Random, people: readonly Account[]): SeedClient[] =>
  people.map((person, index) => {
    const [name = '', companyName = null, country = null, city = null, timeZone = null, industry = null] =
      clientNames[index] ?? []
    const [firstName = '', ...rest] = name.split(' ')
    return {
      userId: person.id,
      firstName,
      lastName: rest.join(' '),
      companyName,
      companySize: companyName ? random.pick(['SMALL', 'MEDIUM'] as const) : null,
      industry: null,
      website: companyName ? `https://${companyName.toLowerCase().replace(/[^a-z]+/g, '-')}.example` : null,
      bio: industry ? `We are in ${industry.toLowerCase()} and look for people who think along.` : '',
      country,
      city,
      timeZone,
      verifiedAt: random.chance(0.7) ? new Date(person.createdAt.getTime() + 3 * DAY_MS) : null,
      createdAt: person.createdAt,
    }
  })

/** A finished order of the demo as orders has it, beside its plan. */
export interface FinishedOrder {
  readonly id: string
  readonly endedAt: Date | null
  readonly plan: PlannedOrder
}

export const reviewedOrders = (random: Random, finished: readonly FinishedOrder[], now: Date): SeedReviewedOrder[] =>
  finished.map(({ id, endedAt, plan }, index) => {
    const completedAt = endedAt ?? now
    const published =
      plan.review && completedAt.getTime() + DAY_MS < now.getTime() ? new Date(completedAt.getTime() + DAY_MS) : null
    const { review } = plan
    return {
      orderId: id,
      title: plan.terms.title,
      buyerId: plan.buyerId,
      sellerId: plan.terms.sellerId,
      gigId: plan.gig.id,
      completedAt,
      publishedAt: published,
      closesAt: new Date(completedAt.getTime() + 14 * DAY_MS),
      reviews:
        review && published
          ? [
              {
                id: random.id(published),
                side: 'BUYER' as const,
                rating: review.rating,
                aspects: { COMMUNICATION: random.between(4, 5), QUALITY: review.rating, VALUE: random.between(3, 5) },
                comment: review.comment,
                reply: review.reply,
                ...(review.rating < 4 &&
                  index % 10 === 0 && { report: 'It says that I was late. Our messages show that I was not.' }),
              },
              {
                id: random.id(published),
                side: 'SELLER' as const,
                rating: random.between(4, 5),
                aspects: { CLARITY: random.between(4, 5), PROMPTNESS: random.between(3, 5) },
                comment: 'Clear wishes, quick answers, paid at once.',
                reply: null,
              },
            ]
          : [],
    }
  })

export const everybody = ({ clients, freelancers, others }: Accounts): Account[] => [
  ...clients,
  ...freelancers,
  ...others,
]
