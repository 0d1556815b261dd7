import { userEmailVerified } from '@gigraph/identity/events'
import { profilesService } from '@gigraph/profiles'
import { describeUnusualInputs, person, staff, startTestServices } from '@gigraph/shared/testing'
import { afterAll, beforeAll } from 'vitest'
import { marketplaceService } from '../src/index.ts'
import {
  client,
  gigInput,
  jobInput,
  postedJob,
  proposalInput,
  publishedGig,
  publishedTool,
  seller,
  submittedProposal,
} from './market.ts'

const start = () => startTestServices({ profiles: profilesService, marketplace: marketplaceService })
let market: Awaited<ReturnType<typeof start>>
beforeAll(async () => {
  market = await start()
})
afterAll(() => market.close())

const roles = ['CLIENT', 'FREELANCER', 'TOOL_CREATOR'] as const
const scene = async () => {
  const viewer = person(...roles)
  await market.marketplace.consume(userEmailVerified, { userId: viewer.id, roles: [...roles] })
  const job = await postedJob(market, viewer)
  const other = await client(market)
  const strangersJob = await postedJob(market, other)
  return {
    viewer,
    staff: staff('content:moderate'),
    gig: await publishedGig(market, viewer),
    tool: await publishedTool(market, viewer),
    job,
    strangersJob,
    applied: await submittedProposal(market, await postedJob(market, other), viewer),
    proposal: await submittedProposal(market, job, await seller(market)),
    client: other.id,
    freelancer: (await seller(market)).id,
  }
}

const tool = {
  title: 'Measure your page',
  description: 'Loads it ten times and says what it waits for.',
  endpoint: 'https://tools.example/measure',
  pointsPerUse: 3,
}
const milestones = [{ title: 'All', amount: { amountMinor: 60_000 }, deliveryDays: 3 }]
const reason = 'long enough a reason'

describeUnusualInputs({
  definition: marketplaceService,
  service: () => market.marketplace,
  scene,
  byStaff: [
    'Query.moderationQueue',
    'Query.toolModerationQueue',
    'Query.listingReports',
    'Query.listingDecisions',
    'Mutation.approveListing',
    'Mutation.rejectListing',
    'Mutation.suspendListing',
    'Mutation.editListing',
    'Mutation.dismissReports',
  ],
  entities: { Job: ({ job }) => ({ id: job }) },
  with: {
    'Query.gig': ({ gig }) => ({ id: gig }),
    'Query.category': () => ({ id: 'websites' }),
    'Query.tool': (found) => ({ id: found.tool }),
    'Query.job': ({ job }) => ({ id: job }),
    'Query.searchGigs': () => ({ query: 'logo', filter: { languages: ['en'], tags: ['logo'] } }),
    'Query.searchJobs': () => ({ query: 'bakery', filter: { skills: ['css'] } }),
    'Query.suggest': () => ({ prefix: 'logo', first: 3 }),
    'Query.relatedGigs': ({ gig }) => ({ gigId: gig, first: 3 }),
    'Mutation.createGig': () => ({ input: gigInput }),
    'Mutation.updateGig': ({ gig }) => ({ input: { ...gigInput, gigId: gig } }),
    'Mutation.submitGig': ({ gig }) => ({ input: { gigId: gig } }),
    'Mutation.duplicateGig': ({ gig }) => ({ input: { gigId: gig } }),
    'Mutation.favourite': ({ gig }) => ({ input: { gigId: gig } }),
    'Mutation.reportListing': ({ gig }) => ({ input: { listingId: gig, reason } }),
    'Mutation.postJob': () => ({ input: jobInput }),
    'Mutation.updateJob': ({ job }) => {
      const { questions: _, ...input } = jobInput
      return { input: { ...input, jobId: job } }
    },
    'Mutation.inviteFreelancer': ({ job, freelancer }) => ({ input: { jobId: job, freelancerId: freelancer } }),
    'Mutation.submitProposal': ({ strangersJob }) => ({ input: proposalInput(strangersJob, { milestones }) }),
    'Mutation.updateProposal': ({ applied }) => {
      const { jobId: _, ...input } = proposalInput('', { milestones })
      return { input: { ...input, proposalId: applied } }
    },
    'Mutation.shortlistProposal': ({ proposal }) => ({ input: { proposalId: proposal } }),
    'Mutation.sendCustomOffer': (found) => ({
      input: {
        clientId: found.client,
        title: 'A second logo',
        description: 'Like the first one, in blue.',
        price: { amountMinor: 4_000 },
        deliveryDays: 3,
        expiresInDays: 3,
      },
    }),
    'Mutation.createTool': () => ({ input: tool }),
    'Mutation.updateTool': (found) => ({ input: { ...tool, toolId: found.tool } }),
    'Mutation.editListing': ({ gig }) => ({ input: { listingId: gig, reason, title: gigInput.title, tags: ['logo'] } }),
    'Mutation.rejectListing': ({ gig }) => ({ input: { listingId: gig, reason } }),
  },
})
