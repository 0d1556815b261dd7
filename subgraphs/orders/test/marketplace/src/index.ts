import { quoteGig, quoteOffer, quoteProposal, type Terms } from '@gigraph/marketplace/internal'
import { bind, defineSubgraph, type ServiceContext } from '@gigraph/shared/service'
import { makeId } from '@gigraph/shared/time'

/** A marketplace that sells whatever a test puts on its list: the real procedures' contracts over a table in memory. */

const terms = new Map<string, Terms>()

export const plainTerms = (more: Partial<Terms> = {}): Terms => ({
  sellerId: makeId(),
  gigId: makeId(),
  gigVersion: 1,
  title: 'A logo',
  description: 'Drawn by hand.',
  price: { amountMinor: 10_000, currency: 'USD' },
  lines: [{ title: 'Basic', quantity: 1, amount: { amountMinor: 10_000, currency: 'USD' } }],
  deliveryDays: 3,
  revisions: 1,
  requirements: [],
  milestones: [],
  ...more,
})

/** Puts terms on the list, under the gig's id or, for a proposal or an offer, a new one. */
export const sell = (offered: Terms): string => {
  const id = offered.gigId ?? makeId()
  terms.set(id, offered)
  return id
}

const quote = (id: string) => {
  const found = terms.get(id)
  return found
    ? { available: true as const, terms: found }
    : { available: false as const, reason: 'This is not for sale.' }
}

const { implementProcedure } = bind<ServiceContext>()

export const listMarketplace = defineSubgraph({
  name: 'marketplace',
  folder: new URL('.', import.meta.url),
  configuration: {},
  resolvers: [{ Query: { sold: () => terms.size } }],
  procedures: [
    implementProcedure(quoteGig, async (_, { gigId, quantity }) => {
      const found = quote(gigId)
      if (!found.available) return found
      const { price } = found.terms
      return { ...found, terms: { ...found.terms, price: { ...price, amountMinor: price.amountMinor * quantity } } }
    }),
    implementProcedure(quoteProposal, async (_, { proposalId }) => quote(proposalId)),
    implementProcedure(quoteOffer, async (_, { offerId }) => quote(offerId)),
  ],
})
