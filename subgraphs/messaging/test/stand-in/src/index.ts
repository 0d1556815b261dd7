import { type UserSummary, usersByIds } from '@gigraph/identity/internal'
import { quoteGig, type Terms } from '@gigraph/marketplace/internal'
import { participants } from '@gigraph/orders/internal'
import { notFound } from '@gigraph/shared/errors'
import { bind, defineSubgraph, type ServiceContext } from '@gigraph/shared/service'

const { implementProcedure } = bind<ServiceContext>()

const folder = new URL('.', import.meta.url)

/** What the other services know, as the tests tell them. */
export const createWorld = () => {
  const users = new Map<string, UserSummary>()
  const orders = new Map<string, { buyerId: string; sellerId: string; title: string }>()
  const gigs = new Map<string, Pick<Terms, 'sellerId' | 'title'>>()
  return {
    users,
    orders,
    gigs,
    /** Services that answer from these tables, in place of the real ones. */
    services: {
      identity: defineSubgraph({
        name: 'identity',
        folder,
        configuration: {},
        resolvers: [],
        procedures: [
          implementProcedure(usersByIds, async (_, { ids }) => ({
            users: ids.flatMap((id) => users.get(id) ?? []),
          })),
        ],
      }),
      orders: defineSubgraph({
        name: 'orders',
        folder,
        configuration: {},
        resolvers: [],
        procedures: [
          implementProcedure(participants, async (_, { orderId }) => {
            const order = orders.get(orderId)
            if (!order) throw notFound('Order')
            return order
          }),
        ],
      }),
      marketplace: defineSubgraph({
        name: 'marketplace',
        folder,
        configuration: {},
        resolvers: [],
        procedures: [
          implementProcedure(quoteGig, async (_, { gigId }) => {
            const gig = gigs.get(gigId)
            if (!gig) return { available: false as const, reason: 'The gig is paused.' }
            return { available: true as const, terms: { ...noTerms, ...gig, gigId } }
          }),
        ],
      }),
    },
  }
}

const noTerms: Omit<Terms, 'sellerId' | 'title' | 'gigId'> = {
  gigVersion: 1,
  description: '',
  price: { amountMinor: 5_000, currency: 'USD' },
  lines: [],
  deliveryDays: 3,
  revisions: 1,
  requirements: [],
  milestones: [],
}
