import { hasUsers, type SeedUser, seedIdentity } from '@gigraph/identity/seed'
import { seedMarketplace, seedPeople } from '@gigraph/marketplace/seed'
import { seedMessaging } from '@gigraph/messaging/seed'
import { seedOrders } from '@gigraph/orders/seed'
import { fundDemoPayouts, payDemoOrders, type SeedPayment, seedPayments } from '@gigraph/payments/seed'
import { seedFacts, seedPictures, seedProfiles } from '@gigraph/profiles/seed'
import { seedReviews } from '@gigraph/reviews/seed'
import type { RunningServices } from '../stack/index.ts'
import { type Accounts, makeAccounts, makeCrowd } from './accounts.ts'
import { orderConversation, orderNotifications } from './conversations.ts'
import { makeCrowdGigs, planGigs } from './gigs.ts'
import { type PlannedOrder, planOrders } from './orders.ts'
import { makePictures } from './pictures.ts'
import { createRandom, type Random } from './random.ts'
import { clientProfiles, everybody, factsOf, freelancerProfiles, reviewedOrders, salesOf } from './world.ts'

const SEED = 20_261_120
const GIGS_PER_SELLER = 20
const CROWD_LEVELS = ['NEW', 'RISING', 'ESTABLISHED', 'TOP'] as const

interface DemoOptions {
  /** How many gigs to make beyond the demo's own; null: none. */
  readonly size: number | null
  /** One line about what was done. */
  readonly tell?: (line: string) => void
}

/** Whether nobody has ever been in this system. */
export const isEmpty = async (services: RunningServices): Promise<boolean> =>
  !(await hasUsers(contextsOf(services).identity))

/** Fills an empty system with a marketplace that looks lived in. */
export const seedDemo = async (services: RunningServices, { size, tell }: DemoOptions): Promise<void> => {
  const contexts = contextsOf(services)
  const random = createRandom(SEED)
  const now = new Date()
  const accounts = makeAccounts(random, now)
  const planned = planGigs(random, accounts.freelancers, now)
  const { gigs, pictures, works } = await makePictures(random, accounts, planned)
  const orders = planOrders(random, gigs, accounts, now)
  const freelancers = freelancerProfiles(random, accounts.freelancers)
  const completed = Map.groupBy(
    orders.filter(({ state }) => state === 'COMPLETED'),
    ({ terms }) => terms.sellerId,
  )

  await seedIdentity(contexts.identity, everybody(accounts))
  await seedProfiles(contexts.profiles, { freelancers, clients: clientProfiles(random, accounts.clients) })
  await seedPictures(contexts.profiles, { pictures, works })
  await seedMarketplace(contexts.marketplace, {
    sellers: freelancers.map(({ userId, languages, country, createdAt }) => ({
      userId,
      level: (completed.get(userId)?.length ?? 0) > 8 ? 'RISING' : 'NEW',
      languages: languages.map(({ code }) => code),
      country,
      availableNow: true,
      emailVerifiedAt: createdAt,
    })),
    gigs: gigs.map((gig) => ({ ...gig, ...salesOf(gig, orders) })),
  })
  // Who sells is known by now; the others may seek, and make tools.
  await seedPeople(
    contexts.marketplace,
    everybody(accounts).map(({ id, roles, createdAt }) => ({ userId: id, roles, emailVerifiedAt: createdAt })),
  )
  await seedWork(contexts, random, orders, accounts, now)
  if (!size) return
  const seconds = await seedCrowd(contexts, random, size, now)
  tell?.(`${size} more gigs were written in ${seconds.toFixed(1)} s: ${Math.round(size / seconds)} a second`)
}

type Contexts = ReturnType<typeof contextsOf>

/** Each service's own context type is known to its seed; the running services are all of one type here. */
const contextsOf = (services: RunningServices) => ({
  identity: services.identity.systemContext() as Parameters<typeof seedIdentity>[0],
  profiles: services.profiles.systemContext() as Parameters<typeof seedProfiles>[0],
  marketplace: services.marketplace.systemContext() as Parameters<typeof seedMarketplace>[0],
  orders: services.orders.systemContext() as Parameters<typeof seedOrders>[0],
  payments: services.payments.systemContext() as Parameters<typeof seedPayments>[0],
  messaging: services.messaging.systemContext() as Parameters<typeof seedMessaging>[0],
  reviews: services.reviews.systemContext() as Parameters<typeof seedReviews>[0],
})

/** Orders and what follows from them: money, reviews, talk. */
const seedWork = async (
  contexts: Contexts,
  random: Random,
  plans: readonly PlannedOrder[],
  accounts: Accounts,
  now: Date,
) => {
  const orders = (await seedOrders(contexts.orders, plans)).map((order, index) => ({
    ...order,
    plan: plans[index] as PlannedOrder,
  }))
  const paid = orders.filter(({ startedAt, state }) => startedAt !== null || state === 'AWAITING_REQUIREMENTS')
  const payments = paid.map(
    ({ id, plan, createdAt, endedAt, state, paidMinor, milestones }): SeedPayment => ({
      paymentId: random.id(createdAt),
      orderId: id,
      milestoneId: milestones.find((each) => each.state !== 'NOT_FUNDED')?.id ?? null,
      buyerId: plan.buyerId,
      sellerId: plan.terms.sellerId,
      gigId: plan.terms.gigId,
      title: plan.terms.title,
      amount: { amountMinor: paidMinor, currency: plan.terms.price.currency },
      paidAt: createdAt,
      outcome: endedAt && (state === 'COMPLETED' || state === 'CANCELLED') ? { kind: state, at: endedAt } : null,
    }),
  )
  // What still runs is paid at Stripe too, so that it can be refunded like any other.
  const running = payments.filter(({ outcome }) => outcome === null)
  const ended = payments.filter(({ outcome }) => outcome !== null)
  await seedPayments(contexts.payments, [...ended, ...(await payDemoOrders(contexts.payments, running))])
  // And what sellers have earned lies at Stripe, so that they can have it paid out.
  await fundDemoPayouts(contexts.payments, ended[0]?.paymentId ?? 'none', ended)

  const finished = orders.filter(({ state }) => state === 'COMPLETED')
  const reviewed = reviewedOrders(random, finished, now)
  await seedReviews(contexts.reviews, reviewed)
  await seedFacts(contexts.profiles, {
    ...factsOf(random, finished, reviewed, now),
    payments: payments.map(({ paymentId, buyerId, orderId, amount, paidAt, outcome }) => ({
      paymentId,
      clientId: buyerId,
      orderId,
      remainingMinor: outcome?.kind === 'CANCELLED' ? 0 : amount.amountMinor,
      currency: amount.currency,
      paidAt,
    })),
  })
  const talked = orders.filter(({ state }) => state !== 'EXPIRED').slice(0, 120)
  await seedMessaging(contexts.messaging, {
    people: everybody(accounts).map(({ id, roles }) => ({ userId: id, roles })),
    conversations: talked.map((order) => orderConversation(random, order, order.createdAt)),
    notifications: talked.flatMap((order) => orderNotifications(random, order, order.createdAt)),
  })
}

/** Many gigs for benchmarks, by sellers without a story. Answers how many seconds it took to write the gigs. */
const seedCrowd = async (contexts: Contexts, random: Random, size: number, now: Date): Promise<number> => {
  const crowd = makeCrowd(random, now, Math.max(1, Math.ceil(size / GIGS_PER_SELLER)))
  await seedIdentity(contexts.identity, crowd satisfies SeedUser[])
  const profile = (seller: (typeof crowd)[number]) => ({
    userId: seller.id,
    displayName: seller.displayName,
    headline: 'Works quickly and well',
    bio: '',
    skills: [],
    hourlyRateMinor: 5_000,
    country: null,
    timeZone: null,
    languages: [{ code: 'en', proficiency: 'NATIVE' as const }],
    createdAt: seller.createdAt,
  })
  await seedProfiles(contexts.profiles, { freelancers: crowd.map(profile), clients: [] })
  const gigs = makeCrowdGigs(random, crowd, size, now)
  const startedAt = performance.now()
  await seedMarketplace(contexts.marketplace, {
    sellers: crowd.map(({ id, createdAt }) => ({
      userId: id,
      level: random.pick(CROWD_LEVELS),
      languages: ['en'],
      country: null,
      availableNow: random.chance(0.7),
      emailVerifiedAt: createdAt,
    })),
    gigs,
  })
  return (performance.now() - startedAt) / 1_000
}
