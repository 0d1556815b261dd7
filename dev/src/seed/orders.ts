import type { Terms } from '@gigraph/marketplace/internal'
import type { OrderToSeed } from '@gigraph/orders/seed'
import type { Account, Accounts } from './accounts.ts'
import { crafts } from './crafts.ts'
import { craftOf, type PlannedGig } from './gigs.ts'
import type { Random } from './random.ts'

/** An order of the demo with what its sides will say of each other; no review: it is not finished, or nobody wrote. */
export interface PlannedOrder extends OrderToSeed {
  readonly gig: PlannedGig
  readonly review: { readonly rating: number; readonly comment: string; readonly reply: string | null } | null
}

const DAY_MS = 86_400_000

const STATES = [
  'PENDING_PAYMENT',
  'AWAITING_REQUIREMENTS',
  'IN_PROGRESS',
  'DELIVERED',
  'REVISION',
  'DISPUTED',
  'COMPLETED',
  'CANCELLED',
  'EXPIRED',
] as const

/** What a buyer of the gig would have bought: the terms as marketplace quotes them. */
const termsOf = (gig: PlannedGig, tierIndex: number): Terms => {
  const bought = gig.content.packages[tierIndex] ?? gig.content.packages[0]
  if (!bought) throw new Error(`the demo gig ${gig.title} has no package`)
  return {
    sellerId: gig.sellerId,
    gigId: gig.id,
    gigVersion: 1,
    title: gig.title,
    description: bought.description,
    price: bought.price,
    lines: [{ title: bought.title, quantity: 1, amount: bought.price }],
    deliveryDays: bought.deliveryDays,
    revisions: bought.revisions,
    requirements: gig.content.requirements.map((requirement) => ({
      ...requirement,
      choices: [...requirement.choices],
    })),
    milestones: [],
  }
}

const planOrder = (
  random: Random,
  gig: PlannedGig,
  buyer: Account,
  state: OrderToSeed['state'],
  now: Date,
): PlannedOrder => {
  const earliest = Math.max(gig.createdAt.getTime(), buyer.createdAt.getTime())
  const latest = now.getTime() - 25 * DAY_MS
  const placedAt = new Date(earliest + random.next() * Math.max(DAY_MS, latest - earliest))
  const craft = crafts.find((each) => each.offers.some((offer) => offer.category === gig.categoryId)) ?? craftOf(0)
  const rating = random.pick([5, 5, 5, 5, 4, 4, 3])
  return {
    gig,
    terms: termsOf(gig, random.between(0, 2)),
    buyerId: buyer.id,
    state,
    placedAt,
    deliveryMessage: `${craft.deliverable}, as agreed. Tell me what you think!`,
    note: 'The colours differ from what we agreed on; see our messages.',
    review:
      state === 'COMPLETED' && random.chance(0.85)
        ? {
            rating,
            comment:
              rating === 3 ? 'Good work in the end, but it took longer than announced.' : random.pick(craft.praise),
            reply: random.chance(0.3) ? 'Thank you, it was a pleasure to work with you.' : null,
          }
        : null,
  }
}

/** Work in three steps at a price of its own: the first is paid and delivered, the others wait for their payment. */
const inSteps = (order: PlannedOrder): PlannedOrder => {
  const usd = (amountMinor: number) => ({ amountMinor, currency: order.terms.price.currency })
  const title = 'A new look for our online shop'
  const milestones = [
    { title: 'Concept', amount: usd(20_000), deliveryDays: 3 },
    { title: 'Design of all pages', amount: usd(45_000), deliveryDays: 7 },
    { title: 'Files and handover', amount: usd(25_000), deliveryDays: 4 },
  ]
  const sold = { title, gigId: null, gigVersion: null, price: usd(90_000), requirements: [], milestones }
  const lines = [{ title, quantity: 1, amount: usd(90_000) }]
  const description = 'Three proposals for the start page, then all pages, for telephones too.'
  const deliveryMessage = 'Three proposals for the start page. Which one shall I go on with?'
  return { ...order, terms: { ...order.terms, ...sold, lines, description, deliveryDays: 14 }, deliveryMessage }
}

/** Finished orders for most gigs, and for the demo client with the demo freelancer one order in every state, and one in steps. */
export const planOrders = (
  random: Random,
  gigs: readonly PlannedGig[],
  { clients, freelancers }: Accounts,
  now: Date,
): PlannedOrder[] => {
  const [demoClient] = clients
  const [demoFreelancer] = freelancers
  const own = gigs.filter((gig) => gig.sellerId === demoFreelancer?.id)
  const demo = demoClient ? STATES.map((state) => planOrder(random, random.pick(own), demoClient, state, now)) : []
  const others = clients.slice(1)
  const finished = gigs.flatMap((gig) =>
    Array.from({ length: random.between(0, 5) }, () => planOrder(random, gig, random.pick(others), 'COMPLETED', now)),
  )
  const running = random
    .some(gigs, 30)
    .map((gig) => planOrder(random, gig, random.pick(others), random.pick(STATES), now))
  const [gig] = own
  const steps = demoClient && gig ? [inSteps(planOrder(random, gig, demoClient, 'IN_PROGRESS', now))] : []
  return [...demo, ...finished, ...running, ...steps]
}
