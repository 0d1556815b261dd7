import { hasRole, hasScope, roles, scopesOf, type Viewer } from '@gigraph/shared/auth'
import {
  castOf,
  describeAuthorization,
  everybody,
  except,
  only,
  ownerOnly,
  ownViewer,
  person,
  type Rule,
  role,
  scope,
  signedIn,
} from '@gigraph/shared/testing'
import { after } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { versionOf } from '../src/gig/gig.ts'
import { marketplaceService } from '../src/index.ts'
import { relist } from '../src/listing/relist.ts'
import { favourites, gigs, gigVersions, invitations, jobs, offers, proposals, sellers, tools } from '../src/tables.ts'
import { jobInput, type Market, proposalInput, seedGig, startMarket } from './market.ts'

let market: Market
beforeAll(async () => {
  market = await startMarket()
})
afterAll(() => market.close())

const now = () => market.marketplace.context.clock.now()
const usd = 'USD'

const keepGig = async (sellerId: string): Promise<string> => {
  const { db, makeId } = market.marketplace.context
  const at = now()
  const id = makeId()
  const numbers = { publishedVersion: 1, draftVersion: 2, waitingSince: at, reason: 'Once refused.' }
  const dates = { createdAt: at, publishedAt: at, updatedAt: at }
  await db.insert(gigs).values({ id, sellerId, slug: id, status: 'ACTIVE', ...numbers, ...dates })
  const { title, description, categoryId, tags, content } = seedGig()
  const version = { gigId: id, createdAt: at, ...versionOf({ title, description, categoryId, tags, content }) }
  await db.insert(gigVersions).values([
    { ...version, version: 1 },
    { ...version, version: 2 },
  ])
  await db.transaction((tx) => relist(tx, [id]))
  return id
}

const keepTool = async (creatorId: string): Promise<string> => {
  const { db, makeId } = market.marketplace.context
  const id = makeId()
  const at = now()
  await db.insert(tools).values({
    id,
    creatorId,
    status: 'ACTIVE',
    title: 'Measure your page',
    description: 'Loads it ten times and says what it waits for.',
    endpoint: 'https://tools.example/measure',
    pointsPerUse: 3,
    reason: 'Once refused.',
    createdAt: at,
    updatedAt: at,
  })
  return id
}

const keepJob = async (clientId: string, filledBy: string | null = null): Promise<string> => {
  const { db, makeId } = market.marketplace.context
  const id = makeId()
  const at = now()
  const { title, description, skills, questions } = jobInput
  await db.insert(jobs).values({
    id,
    clientId,
    title,
    description,
    skills,
    questions,
    status: filledBy ? 'FILLED' : 'OPEN',
    filledBy,
    categoryId: 'websites',
    topCategoryId: 'programming-tech',
    keywords: '',
    budgetKind: 'FIXED',
    budgetMinMinor: 50_000,
    budgetMaxMinor: 80_000,
    currency: usd,
    duration: 'WEEKS',
    level: 'EXPERT',
    postedAt: at,
    expiresAt: after(at, '30d'),
    updatedAt: at,
  })
  return id
}

interface Between {
  readonly jobId: string
  readonly clientId: string
  readonly freelancerId: string
}

const keepInvitation = async (between: Between): Promise<string> => {
  const { db, makeId } = market.marketplace.context
  const id = makeId()
  await db.insert(invitations).values({ id, ...between, status: 'SENT', message: '', createdAt: now() })
  return id
}

const keepProposal = async ({ jobId, freelancerId }: Between): Promise<string> => {
  const { db, makeId } = market.marketplace.context
  const id = makeId()
  const at = now()
  const terms = { bidMinor: 60_000, currency: usd, deliveryDays: 14, milestones: [], answers: [] }
  const what = { coverLetter: 'I have built eleven.', createdAt: at, updatedAt: at }
  await db.insert(proposals).values({ id, jobId, freelancerId, status: 'SUBMITTED', ...terms, ...what })
  return id
}

const keepOffer = async (freelancerId: string, clientId: string): Promise<string> => {
  const { db, makeId } = market.marketplace.context
  const id = makeId()
  const at = now()
  const terms = { title: 'A logo', description: 'For you.', priceMinor: 5_000, currency: usd, deliveryDays: 3 }
  const dates = { createdAt: at, expiresAt: after(at, '7d') }
  await db.insert(offers).values({ id, freelancerId, clientId, status: 'SENT', ...terms, ...dates })
  return id
}

/** Somebody who offers, seeks and makes a tool; a counterpart who applied, was invited, and got an offer; and a stranger's job. */
const scene = async () => {
  const owner = person('CLIENT', 'FREELANCER', 'TOOL_CREATOR')
  const counterpart = person('CLIENT', 'FREELANCER')
  const { db, makeId } = market.marketplace.context
  const at = now()
  await db
    .insert(sellers)
    .values([owner, counterpart].map(({ id, roles }) => ({ userId: id, roles: [...roles], emailVerifiedAt: at })))
  const gig = await keepGig(owner.id)
  await db.insert(favourites).values({ userId: owner.id, gigId: gig, createdAt: at })
  const job = await keepJob(owner.id)
  const between = { jobId: job, clientId: owner.id, freelancerId: counterpart.id }
  return {
    cast: castOf({ owner, counterpart }),
    userId: owner.id,
    gig,
    job,
    tool: await keepTool(owner.id),
    filled: await keepJob(owner.id, counterpart.id),
    proposal: await keepProposal(between),
    invitation: await keepInvitation(between),
    offer: await keepOffer(owner.id, counterpart.id),
    strangersJob: await keepJob(makeId()),
  }
}
type Scene = Awaited<ReturnType<typeof scene>>

/** A key without scopes reads what is its owner's, and changes nothing. */
const OWN = ['owner', 'apiKey'] as const
const KEY = { apiKey: 'FORBIDDEN' } as const
const OTHER_SIDE = ['counterpart'] as const
const nobodyGetsNull = (rule: Rule): Rule => except(rule, { anonymous: 'null' })
const withScope: Rule = scope('content:moderate')

/** What an answer shows to owner and staff. */
const insiders: Rule = {
  decide: ({ kind, viewer }) =>
    kind === 'owner' || kind === 'apiKey' || hasScope(viewer, 'content:moderate') ? 'allowed' : 'null',
}
/** Freelancers see all jobs, clients their own, staff all. */
const readers: Rule = {
  decide: (asking) => (hasRole(asking.viewer, 'FREELANCER') ? 'allowed' : insiders.decide(asking)),
}
const forOwner = nobodyGetsNull(only(OWN, 'null'))
const forOtherSide = nobodyGetsNull(only(OTHER_SIDE, 'null'))
const forBoth = nobodyGetsNull(only([...OWN, ...OTHER_SIDE], 'null'))
/** One side acts; the other may not; for everybody else the thing does not exist. */
const byOwner: Rule = except(ownerOnly, { counterpart: 'NOT_ALLOWED', ...KEY })
const byOtherSide: Rule = except(only(OTHER_SIDE), { owner: 'NOT_ALLOWED', apiKey: 'NOT_ALLOWED' })
/** A gig on the market is there for everybody, but only its owner changes it. */
const gigsOwner = only(['owner'], 'FORBIDDEN')
const ownerInPerson = except(ownerOnly, KEY)
const clientsOwn: Rule = {
  decide: (asking) => {
    const decision = role('CLIENT').decide(asking)
    return decision === 'allowed' ? ownerInPerson.decide(asking) : decision
  },
}

const gigInput = ({ gig }: Scene) => ({ input: { gigId: gig } })
const listing = ({ gig }: Scene) => ({ input: { listingId: gig, reason: 'long enough a reason' } })
const about = ({ proposal }: Scene) => ({ input: { proposalId: proposal } })
const filledJob = ({ filled }: Scene) => ({ id: filled })

describeAuthorization({
  definition: marketplaceService,
  service: () => market.marketplace,
  scene,
  entities: {
    Category: () => ({ id: 'websites' }),
    User: ({ userId }) => ({ id: userId }),
    Gig: ({ gig }) => ({ id: gig }),
    Job: ({ job }) => ({ id: job }),
    Tool: ({ tool }) => ({ id: tool }),
    Invitation: ({ invitation }) => ({ id: invitation }),
    CustomOffer: ({ offer }) => ({ id: offer }),
    Proposal: ({ proposal }) => ({ id: proposal }),
  },
  rows: {
    [`Query.categories Query.searchGigs Query.suggest Query.tools _entities.Category Category.parent Category.children
      _entities.User User.gigs User.tools _entities.Gig Gig.seller Gig.category Gig.packages Gig.extras Gig.faq
      Gig.requirements Gig.images _entities.Tool Tool.creator`]: everybody,
    'Query.category': { rule: everybody, with: () => ({ id: 'websites' }) },
    'Query.gig': { rule: everybody, with: ({ gig }) => ({ id: gig }) },
    'Query.relatedGigs': { rule: everybody, with: ({ gig }) => ({ gigId: gig }) },
    'Query.tool': { rule: everybody, with: ({ tool }) => ({ id: tool }) },
    'Gig.pendingChange Gig.moderationReason Tool.moderationReason': insiders,
    'Tool.endpoint': forOwner,

    'Query.job': { rule: except(readers, { anonymous: 'UNAUTHENTICATED' }), with: ({ job }) => ({ id: job }) },
    '_entities.Job Job.client Job.category Job.budget Job.attachments': readers,
    'Job.filledBy': { rule: readers, of: filledJob },
    'Job.proposals Job.invitations': forOwner,
    'Job.viewerProposal Job.viewerInvitation': forOtherSide,
    'User.jobs': {
      decide: ({ kind, viewer }) =>
        kind === 'owner' || kind === 'apiKey' || hasRole(viewer, 'FREELANCER') ? 'allowed' : 'empty',
    },
    'Query.searchJobs': role('FREELANCER'),

    [`_entities.Invitation Invitation.job Invitation.client Invitation.freelancer _entities.CustomOffer
      CustomOffer.freelancer CustomOffer.client CustomOffer.milestones _entities.Proposal Proposal.job Proposal.freelancer Proposal.milestones
      Proposal.answers`]: forBoth,
    'Query.customOffer': {
      rule: only([...OWN, ...OTHER_SIDE], 'null'),
      with: ({ offer }) => ({ id: offer }),
    },
    'Query.proposal': {
      rule: only([...OWN, ...OTHER_SIDE], 'null'),
      with: ({ proposal }) => ({ id: proposal }),
    },

    [`_entities.Viewer Viewer.favourites Viewer.drafts Viewer.gigs Viewer.invitations Viewer.jobs Viewer.customOffers
      Viewer.proposals Viewer.savedJobs Viewer.tools`]: ownViewer,

    'Query.moderationQueue Query.toolModerationQueue Query.listingReports': withScope,
    'Query.listingDecisions': { rule: withScope, with: ({ gig }) => ({ listingId: gig }) },
    'Mutation.approveListing Mutation.dismissReports': {
      rule: withScope,
      with: ({ gig }) => ({ input: { listingId: gig } }),
    },
    'Mutation.rejectListing Mutation.suspendListing': { rule: withScope, with: listing, fresh: true },
    'Mutation.editListing': {
      rule: withScope,
      with: (found) => ({ input: { ...listing(found).input, title: 'Long enough a title' } }),
    },

    'Mutation.createGig': scope('gigs:write'),
    'Mutation.updateGig Mutation.submitGig Mutation.duplicateGig': { rule: gigsOwner, with: gigInput },
    'Mutation.pauseGig Mutation.resumeGig Mutation.archiveGig': { rule: gigsOwner, with: gigInput, fresh: true },
    'Mutation.favourite Mutation.unfavourite': { rule: signedIn, with: gigInput },
    'Mutation.reportListing': { rule: signedIn, with: listing },

    'Mutation.saveJob': { rule: role('FREELANCER'), with: ({ job }) => ({ input: { jobId: job } }) },
    'Mutation.unsaveJob': { rule: signedIn, with: ({ job }) => ({ input: { jobId: job } }) },
    'Mutation.postJob': scope('jobs:write'),
    'Mutation.updateJob Mutation.renewJob': { rule: ownerInPerson, with: ({ job }) => ({ input: { jobId: job } }) },
    'Mutation.closeJob': { rule: ownerInPerson, with: ({ job }) => ({ input: { jobId: job } }), fresh: true },
    'Mutation.inviteFreelancer': {
      rule: clientsOwn,
      with: ({ job, cast }) => ({ input: { jobId: job, freelancerId: cast.counterpart.id } }),
    },
    'Mutation.withdrawInvitation': {
      rule: byOwner,
      with: ({ invitation }) => ({ input: { invitationId: invitation } }),
      fresh: true,
    },
    'Mutation.declineInvitation': {
      rule: byOtherSide,
      with: ({ invitation }) => ({ input: { invitationId: invitation } }),
      fresh: true,
    },

    'Mutation.sendCustomOffer': scope('proposals:write'),
    'Mutation.withdrawCustomOffer': {
      rule: byOwner,
      with: ({ offer }) => ({ input: { offerId: offer } }),
      fresh: true,
    },
    'Mutation.declineCustomOffer': {
      rule: byOtherSide,
      with: ({ offer }) => ({ input: { offerId: offer } }),
      fresh: true,
    },

    'Mutation.submitProposal': {
      rule: scope('proposals:write'),
      with: ({ strangersJob }) => ({ input: proposalInput(strangersJob) }),
    },
    'Mutation.updateProposal': {
      rule: byOtherSide,
      with: ({ proposal }) => {
        const { jobId: _, ...input } = proposalInput('')
        return { input: { ...input, proposalId: proposal } }
      },
    },
    'Mutation.withdrawProposal': { rule: byOtherSide, with: about, fresh: true },
    'Mutation.shortlistProposal Mutation.declineProposal Mutation.acceptProposal': {
      rule: byOwner,
      with: about,
      fresh: true,
    },

    'Mutation.createTool': scope('tools:write'),
    'Mutation.updateTool Mutation.publishTool Mutation.pauseTool': {
      rule: ownerInPerson,
      with: ({ tool }) => ({ input: { toolId: tool } }),
      fresh: true,
    },
  },
})

test('a key changes what is its owner’s with the scope for it, and with no other', async () => {
  const { cast, gig, job, tool, proposal, invitation, offer } = await scene()
  const { jobId: _, ...change } = proposalInput('')
  const all = scopesOf(roles)
  const codeOf = async (viewer: Viewer, name: string, input: object) => {
    const Type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
    const document = `mutation ($input: ${Type}!) { ${name}(input: $input) { userErrors { code } } }`
    return (await market.marketplace.as(viewer).run(document, { input })).errors?.[0]?.extensions?.code ?? 'allowed'
  }
  const { owner, counterpart } = cast
  for (const [viewer, scope, name, input] of [
    [owner, 'gigs:write', 'updateGig', { gigId: gig }],
    [owner, 'gigs:write', 'submitGig', { gigId: gig }],
    [owner, 'gigs:write', 'pauseGig', { gigId: gig }],
    [owner, 'gigs:write', 'duplicateGig', { gigId: gig }],
    [owner, 'tools:write', 'updateTool', { toolId: tool }],
    [owner, 'tools:write', 'pauseTool', { toolId: tool }],
    [owner, 'jobs:write', 'updateJob', { jobId: job }],
    [owner, 'jobs:write', 'renewJob', { jobId: job }],
    [owner, 'jobs:write', 'inviteFreelancer', { jobId: job, freelancerId: counterpart.id }],
    [owner, 'jobs:write', 'shortlistProposal', { proposalId: proposal }],
    [counterpart, 'proposals:write', 'updateProposal', { ...change, proposalId: proposal }],
    [counterpart, 'proposals:write', 'withdrawProposal', { proposalId: proposal }],
    [counterpart, 'proposals:write', 'declineInvitation', { invitationId: invitation }],
    [counterpart, 'orders:place', 'declineCustomOffer', { offerId: offer }],
    [owner, 'proposals:write', 'withdrawCustomOffer', { offerId: offer }],
    [owner, 'jobs:write', 'withdrawInvitation', { invitationId: invitation }],
    [owner, 'jobs:write', 'closeJob', { jobId: job }],
  ] as const) {
    const key = (scopes: readonly string[]): Viewer => ({ ...viewer, kind: 'api_key', scopes })
    const without = await codeOf(key(all.filter((each) => each !== scope)), name, input)
    expect([name, without, await codeOf(key([scope]), name, input)]).toEqual([name, 'FORBIDDEN', 'allowed'])
  }
})
