import { money } from '@gigraph/shared/money'
import { defineProcedure } from '@gigraph/shared/service'
import { z } from 'zod'

const service = 'marketplace'
const id = z.uuid()

const requirement = z.object({
  id: z.string(),
  question: z.string(),
  kind: z.enum(['TEXT', 'CHOICE', 'FILE']),
  choices: z.array(z.string()),
  required: z.boolean(),
})

/** What a buyer would buy now: frozen on the order. The price is for all units and extras together. */
const terms = z.object({
  sellerId: id,
  /** Null when the source is not a gig. */
  gigId: id.nullable(),
  gigVersion: z.int().nullable(),
  title: z.string(),
  description: z.string(),
  price: money,
  lines: z.array(z.object({ title: z.string(), quantity: z.int(), amount: money })),
  deliveryDays: z.int(),
  /** Null: unlimited. */
  revisions: z.int().nullable(),
  requirements: z.array(requirement),
  milestones: z.array(z.object({ title: z.string(), amount: money, deliveryDays: z.int() })),
})
export type Terms = z.output<typeof terms>

/** Terms, or why there are none; `reason` is for people. */
const quote = z.discriminatedUnion('available', [
  z.object({ available: z.literal(true), terms }),
  z.object({ available: z.literal(false), reason: z.string() }),
])

/** The terms of a gig's package with extras, in its current version. */
export const quoteGig = defineProcedure({
  service,
  name: 'quoteGig',
  input: z.object({
    gigId: id,
    tier: z.enum(['BASIC', 'STANDARD', 'PREMIUM']),
    extraIds: z.array(z.string()).max(20),
    quantity: z.int().min(1).max(20),
    buyerId: id,
  }),
  output: quote,
})

/** The terms of an accepted proposal, for the job's owner. */
export const quoteProposal = defineProcedure({
  service,
  name: 'quoteProposal',
  input: z.object({ proposalId: id, buyerId: id }),
  output: quote,
})

/** The terms of a custom offer, for its receiver. */
export const quoteOffer = defineProcedure({
  service,
  name: 'quoteOffer',
  input: z.object({ offerId: id, buyerId: id }),
  output: quote,
})

/** A job as those who talk about it need to know it; its client answers for who else may. Removed ones are not available. */
export const jobToTalkAbout = defineProcedure({
  service,
  name: 'jobToTalkAbout',
  input: z.object({ jobId: id }),
  output: z.discriminatedUnion('available', [
    /** `open`: one may apply now. */
    z.object({ available: z.literal(true), clientId: id, title: z.string(), open: z.boolean() }),
    z.object({ available: z.literal(false) }),
  ]),
})

/** What using a tool costs, in points, and who earns. */
export const toolTerms = defineProcedure({
  service,
  name: 'toolTerms',
  input: z.object({ toolId: id }),
  output: z.discriminatedUnion('available', [
    z.object({
      available: z.literal(true),
      creatorId: id,
      title: z.string(),
      endpoint: z.string(),
      pointsPerUse: z.int().min(1),
    }),
    z.object({ available: z.literal(false), reason: z.string() }),
  ]),
})
