import { userEmailVerified } from '@gigraph/identity/events'
import type { Viewer } from '@gigraph/shared/auth'
import { person, startTestServices } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { marketplaceService } from '../src/index.ts'
import type { SeedGig } from '../src/seed.ts'

/** The marketplace on a database of its own. */
export const startMarket = (environment: Readonly<Record<string, string>> = {}) =>
  startTestServices({ marketplace: marketplaceService }, { environment })
export type Market = Awaited<ReturnType<typeof startMarket>>

/** A freelancer whose e-mail address is verified. */
export const seller = async ({ marketplace }: Market): Promise<Viewer> => {
  const viewer = person('FREELANCER')
  await marketplace.consume(userEmailVerified, { userId: viewer.id, roles: ['FREELANCER'] })
  return viewer
}

/** A client whose e-mail address is verified. */
export const client = async ({ marketplace }: Market): Promise<Viewer> => {
  const viewer = person('CLIENT')
  await marketplace.consume(userEmailVerified, { userId: viewer.id, roles: ['CLIENT'] })
  return viewer
}

/** The input of a job. */
export const jobInput = {
  title: 'A site for our bakery',
  description: 'Five pages, a map and opening hours, in two languages, by the end of the month.',
  categoryId: 'websites',
  skills: ['WordPress', 'CSS'],
  budget: { kind: 'FIXED', minMinor: 50_000, maxMinor: 80_000 },
  duration: 'WEEKS',
  level: 'INTERMEDIATE',
  questions: ['Have you built one before?'],
}

/** An open job. */
export const postedJob = async (market: Market, owner: Viewer, changes: object = {}): Promise<string> => {
  const Post = 'mutation ($input: PostJobInput!) { postJob(input: $input) { job { id } } }'
  const { postJob } = await market.marketplace.as(owner).query(Post, { input: { ...jobInput, ...changes } })
  return postJob.job.id
}

/** The input of a proposal for a job of {@link jobInput}. */
export const proposalInput = (jobId: string, changes: object = {}) => ({
  jobId,
  coverLetter: 'I have built eleven sites for bakeries and can start on Monday.',
  bid: { amountMinor: 60_000 },
  deliveryDays: 14,
  answers: ['Yes, eleven.'],
  ...changes,
})

/** A submitted proposal. */
export const submittedProposal = async (market: Market, jobId: string, author: Viewer): Promise<string> => {
  const Propose = 'mutation ($input: SubmitProposalInput!) { submitProposal(input: $input) { proposal { id } } }'
  const { submitProposal } = await market.marketplace.as(author).query(Propose, { input: proposalInput(jobId) })
  return submitProposal.proposal.id
}

/** A tool on offer, by its creator. */
export const publishedTool = async (market: Market, creator: Viewer): Promise<string> => {
  const Create = 'mutation ($input: CreateToolInput!) { createTool(input: $input) { tool { id } } }'
  const input = {
    title: 'Measure your page',
    description: 'Loads it ten times and says what it waits for.',
    endpoint: 'https://tools.example/measure',
    pointsPerUse: 3,
  }
  const as = market.marketplace.as(creator)
  const { createTool } = await as.query(Create, { input })
  await as.query('mutation ($id: ID!) { publishTool(input: { toolId: $id }) { tool { id } } }', {
    id: createTool.tool.id,
  })
  return createTool.tool.id
}

/** A tool creator whose e-mail address is verified. */
export const toolCreator = async ({ marketplace }: Market): Promise<Viewer> => {
  const viewer = person('TOOL_CREATOR')
  await marketplace.consume(userEmailVerified, { userId: viewer.id, roles: ['TOOL_CREATOR'] })
  return viewer
}

const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })

/** The input of a gig that may be submitted. */
export const gigInput = {
  title: 'I will design a logo that lasts',
  description:
    'A mark with three concepts, drawn by hand, then cleaned up as vectors. You get every file that a printer or a web site asks for.',
  categoryId: 'logo-design',
  tags: ['Logo', 'branding'],
  packages: [
    {
      tier: 'PREMIUM',
      title: 'All',
      description: 'Everything.',
      price: usd(25_000),
      deliveryDays: 10,
      revisions: null,
      features: ['Source files'],
    },
    { tier: 'BASIC', title: 'One', description: 'One concept.', price: usd(5_000), deliveryDays: 4, revisions: 1 },
  ],
  extras: [{ title: 'Express', price: usd(2_000), extraDays: -3 }],
  faq: [{ question: 'Print?', answer: 'Yes.' }],
  requirements: [{ question: 'What is your name?' }, { question: 'Style?', kind: 'CHOICE', choices: ['bold', 'calm'] }],
}

export const CreateGig = /* GraphQL */ `mutation ($input: CreateGigInput!) { createGig(input: $input) { gig { id slug status version } userErrors { code message field } } }`
export const SubmitGig = /* GraphQL */ `mutation ($id: ID!) { submitGig(input: { gigId: $id }) { gig { id status version } userErrors { code field allowed } } }`

/** A gig on the market. */
export const publishedGig = async (market: Market, owner: Viewer, changes: object = {}): Promise<string> => {
  const client = market.marketplace.as(owner)
  const { createGig } = await client.query(CreateGig, { input: { ...gigInput, ...changes } })
  await client.query(SubmitGig, { id: createGig.gig.id })
  return createGig.gig.id
}

/** A gig for `seedMarketplace`. */
export const seedGig = (changes: Partial<SeedGig> & { priceMinor?: number; days?: number } = {}): SeedGig => {
  const { priceMinor = 5_000, days = 3, ...rest } = changes
  return {
    id: makeId(),
    sellerId: makeId(),
    status: 'ACTIVE',
    title: 'I will tune your harpsichord',
    description: 'With tools of the eighteenth century.',
    categoryId: 'session-musicians',
    tags: ['harpsichord'],
    content: {
      packages: [
        {
          tier: 'BASIC',
          title: 'Basic',
          description: 'All of it.',
          price: usd(priceMinor),
          deliveryDays: days,
          revisions: 1,
          features: [],
        },
      ],
      extras: [],
      faq: [],
      requirements: [],
    },
    ratingCount: 0,
    ratingSum: 0,
    sales: 0,
    createdAt: new Date(Date.UTC(2026, 0, 1)),
    ...rest,
  }
}
