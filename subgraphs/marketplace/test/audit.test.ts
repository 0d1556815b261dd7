import type { Viewer } from '@gigraph/shared/auth'
import { staff } from '@gigraph/shared/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  client,
  gigInput,
  type Market,
  postedJob,
  publishedGig,
  publishedTool,
  seller,
  startMarket,
  toolCreator,
} from './market.ts'

let market: Market
let manual: Market
beforeAll(async () => {
  market = await startMarket()
  manual = await startMarket({ MODERATION: 'manual' })
})
afterAll(async () => {
  await market.close()
  await manual.close()
})

const moderator = staff('content:moderate')
const reason = 'long enough a reason'
const capital = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`
const act = async ({ marketplace }: Market, viewer: Viewer, name: string, input: object): Promise<unknown[]> => {
  const document = `mutation ($input: ${capital(name)}Input!) { ${name}(input: $input) { userErrors { code } } }`
  return (await marketplace.as(viewer).query(document, { input }))[name].userErrors
}
/** What the audit log is told of a thing. */
const told = async ({ marketplace }: Market, listingId: string) =>
  (await marketplace.outbox('staff.acted')).filter(({ object }) => object.id === listingId)
const entry = (kind: string, listingId: string, owner: Viewer) => ({
  ...{ actorId: moderator.id, address: '127.0.0.1' },
  ...{ subjectId: owner.id, object: { kind, id: listingId } },
})

test('the audit log is told of every decision about something on the market, and of nothing that was refused', async () => {
  const owner = await seller(market)
  const gigId = await publishedGig(market, owner)
  const reporter = await client(market)
  await act(market, reporter, 'reportListing', { listingId: gigId, reason })
  await act(market, moderator, 'dismissReports', { listingId: gigId })
  await act(market, moderator, 'editListing', { listingId: gigId, reason, title: 'I will design a better logo' })
  await act(market, moderator, 'suspendListing', { listingId: gigId, reason })
  expect(await act(market, moderator, 'suspendListing', { listingId: gigId, reason })).toHaveLength(1)
  const about = entry('GIG', gigId, owner)
  expect(await told(market, gigId)).toEqual([
    {
      ...{ ...about, action: 'LISTING_REPORTS_DISMISSED', reason: '' },
      before: { status: 'ACTIVE', version: 1, waitingReports: 1 },
      after: { status: 'ACTIVE', version: 1, waitingReports: 0 },
    },
    {
      ...{ ...about, action: 'LISTING_EDITED', reason },
      before: { status: 'ACTIVE', version: 1, waitingReports: 0 },
      after: { status: 'ACTIVE', version: 2, waitingReports: 0, edited: 'title' },
    },
    {
      ...{ ...about, action: 'LISTING_SUSPENDED', reason },
      before: { status: 'ACTIVE', version: 2, waitingReports: 0 },
      after: { status: 'REMOVED', version: 2, waitingReports: 0 },
    },
  ])
})

test('jobs and tools are told as what they are, with their owners', async () => {
  const [buyer, creator] = [await client(market), await toolCreator(market)]
  const [jobId, toolId] = [await postedJob(market, buyer), await publishedTool(market, creator)]
  for (const listingId of [jobId, toolId]) {
    await act(market, moderator, 'dismissReports', { listingId })
    await act(market, moderator, 'suspendListing', { listingId, reason })
  }
  expect(await told(market, jobId)).toMatchObject(Array.from({ length: 2 }, () => entry('JOB', jobId, buyer)))
  expect(await told(market, toolId)).toMatchObject(Array.from({ length: 2 }, () => entry('TOOL', toolId, creator)))
})

test('what was approved or sent back is told too', async () => {
  const owner = await seller(manual)
  const Create = 'mutation ($input: CreateGigInput!) { createGig(input: $input) { gig { id } } }'
  const { createGig } = await manual.marketplace.as(owner).query(Create, { input: gigInput })
  const listingId = createGig.gig.id
  await act(manual, owner, 'submitGig', { gigId: listingId })
  await act(manual, moderator, 'rejectListing', { listingId, reason })
  await act(manual, owner, 'submitGig', { gigId: listingId })
  await act(manual, moderator, 'approveListing', { listingId })
  const about = entry('GIG', listingId, owner)
  expect(await told(manual, listingId)).toMatchObject([
    { ...about, action: 'LISTING_REJECTED', reason, before: { status: 'PENDING_REVIEW' }, after: { status: 'DRAFT' } },
    { ...about, action: 'LISTING_APPROVED', reason: '' },
  ])
})
