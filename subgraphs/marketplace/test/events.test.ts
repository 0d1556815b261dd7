import type { Viewer } from '@gigraph/shared/auth'
import { staff } from '@gigraph/shared/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as events from '../src/events.ts'
import { expireListings } from '../src/job/expire.ts'
import {
  client,
  type Market,
  postedJob,
  publishedGig,
  publishedTool,
  seller,
  startMarket,
  submittedProposal,
  toolCreator,
} from './market.ts'

let market: Market
beforeAll(async () => {
  market = await startMarket()
})
afterAll(() => market.close())

/** Does something that must succeed, and answers the id of what came of it. */
const act = async (viewer: Viewer, name: string, field: string, input: object): Promise<string> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`
  const selection = ['listing', 'reported'].includes(field)
    ? field.replace('listing', 'listing { __typename }')
    : `${field} { id }`
  const query = `mutation ($input: ${type}) { ${name}(input: $input) { ${selection} userErrors { message } } }`
  const answer = (await market.marketplace.as(viewer).query(query, { input }))[name]
  expect(answer.userErrors, name).toEqual([])
  return answer[field]?.id
}

const reason = 'long enough a reason'
const offer = (clientId: string) => ({
  ...{ clientId, title: 'A second logo', description: 'Like the first one, in blue.', expiresInDays: 1 },
  ...{ price: { amountMinor: 4_000 }, deliveryDays: 3 },
})

/** Everything that the market tells others of, once at least. */
const everything = async () => {
  const [ann, bob, buyer, kim] = [
    await seller(market),
    await seller(market),
    await client(market),
    await toolCreator(market),
  ]
  const moderator = staff('content:moderate')
  const gig = { gigId: await publishedGig(market, ann) }
  await act(ann, 'updateGig', 'gig', { ...gig, title: 'I will design another logo' })
  await act(ann, 'pauseGig', 'gig', gig)
  await act(ann, 'archiveGig', 'gig', gig)
  const listingId = await publishedGig(market, ann)
  await act(buyer, 'reportListing', 'reported', { listingId, reason })
  await act(moderator, 'suspendListing', 'listing', { listingId, reason })

  const jobId = await postedJob(market, buyer)
  await act(buyer, 'updateJob', 'job', { jobId, title: 'A site for our bakery and us' })
  for (const { id: freelancerId } of [ann, bob])
    await act(buyer, 'inviteFreelancer', 'invitation', { jobId, freelancerId })
  const { _entities } = await market.marketplace
    .as(bob)
    .query(
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Viewer { invitations { nodes { id } } } } }',
      {
        of: [{ __typename: 'Viewer', id: bob.id }],
      },
    )
  await act(bob, 'declineInvitation', 'invitation', { invitationId: _entities[0].invitations.nodes[0].id })
  const proposalId = await submittedProposal(market, jobId, ann)
  await submittedProposal(market, jobId, bob)
  await act(buyer, 'acceptProposal', 'proposal', { proposalId })
  const another = await postedJob(market, buyer)
  await act(ann, 'withdrawProposal', 'proposal', { proposalId: await submittedProposal(market, another, ann) })
  await act(buyer, 'closeJob', 'job', { jobId: another })
  await postedJob(market, buyer)

  const offerId = await act(ann, 'sendCustomOffer', 'customOffer', offer(buyer.id))
  await act(buyer, 'declineCustomOffer', 'customOffer', { offerId })
  await act(ann, 'sendCustomOffer', 'customOffer', offer(buyer.id))
  await act(kim, 'pauseTool', 'tool', { toolId: await publishedTool(market, kim) })
  market.marketplace.clock.advance('31d')
  await market.marketplace.runJob(expireListings, {})
}

test('every event of the contract is told, as the contract says', async () => {
  await everything()
  const told: Record<string, number> = {}
  for (const event of Object.values(events)) {
    const payloads = await market.marketplace.outbox(event.name)
    told[event.name] = payloads.length
    for (const payload of payloads) expect(event.schema.parse(payload), event.name).toEqual(payload)
  }
  expect(Object.entries(told).filter(([, count]) => count === 0)).toEqual([])
})
