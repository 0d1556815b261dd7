import { type UserSummary, usersByIds } from '@gigraph/identity/internal'
import { jobToTalkAbout, quoteGig, type Terms } from '@gigraph/marketplace/internal'
import { participants } from '@gigraph/orders/internal'
import { notFound } from '@gigraph/shared/errors'
import { bind, defineSubgraph, type ServiceContext } from '@gigraph/shared/service'
import { attachmentLinks, claimUploads, releaseUploads } from '@gigraph/shared/uploads'

const { implementProcedure } = bind<ServiceContext>()

const folder = new URL('.', import.meta.url)

/** What the other services know, as the tests tell them. */
export const createWorld = () => {
  const users = new Map<string, UserSummary>()
  const orders = new Map<string, { buyerId: string; sellerId: string; title: string }>()
  const gigs = new Map<string, Pick<Terms, 'sellerId' | 'title'>>()
  const jobs = new Map<string, { clientId: string; title: string; open: boolean }>()
  /** Files that were sent, by id, with their owners. */
  const files = new Map<string, string>()
  return {
    users,
    orders,
    gigs,
    jobs,
    files,
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
      profiles: defineSubgraph({
        name: 'profiles',
        folder,
        configuration: {},
        resolvers: [],
        procedures: [
          implementProcedure(claimUploads, async (_, { ownerId, uploadIds }) => {
            const unknown = uploadIds.filter((id) => files.get(id) !== ownerId)
            return unknown.length > 0
              ? { claimed: false as const, refused: unknown.map((id) => ({ id, reason: 'UNKNOWN' as const })) }
              : { claimed: true as const, files: uploadIds.map((id) => ({ id, ...file })) }
          }),
          implementProcedure(releaseUploads, async (_, { uploadIds }) => {
            for (const id of uploadIds) files.delete(id)
            return {}
          }),
          implementProcedure(attachmentLinks, async (_, { uploadIds }) => ({
            files: uploadIds
              .filter((id) => files.has(id))
              .map((id) => ({ id, ...file, status: 'READY' as const, url: `https://files.gigraph.test/${id}` })),
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
          implementProcedure(jobToTalkAbout, async (_, { jobId }) => {
            const job = jobs.get(jobId)
            return job ? { available: true as const, ...job } : { available: false as const }
          }),
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

const file = { fileName: 'plan.pdf', contentType: 'application/pdf', byteSize: 1_000 }

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
