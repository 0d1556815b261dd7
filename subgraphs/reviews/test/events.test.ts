import { staff } from '@gigraph/shared/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as events from '../src/events.ts'
import { remindReviewers } from '../src/jobs/remind-reviewers.ts'
import { done, finishedOrder, type Reviews, reviewedOrder, startReviews, submit } from './reviewing.ts'

let services: Reviews
beforeAll(async () => {
  services = await startReviews()
})
afterAll(() => services.close())

test('every event of the contract is told exactly once for what happened, as the contract says', async () => {
  const { byBuyer, orderId, buyer, seller } = await reviewedOrder(services)
  const decision = { reviewId: byBuyer, reason: 'A mistake.' }
  await done(services, staff('content:moderate'), 'hideReview', decision)
  await done(services, staff('content:moderate'), 'restoreReview', decision)
  const half = await finishedOrder(services)
  await submit(services, half.buyer, half.orderId)
  services.reviews.clock.advance('4d')
  await services.reviews.runJob(remindReviewers, {})

  const told: Record<string, Record<string, unknown>[]> = {}
  for (const event of Object.values(events)) {
    const payloads = await services.reviews.outbox(event.name)
    told[event.name] = payloads
    for (const payload of payloads) expect(event.schema.parse(payload), event.name).toEqual(payload)
  }
  const counts = Object.fromEntries(Object.entries(told).map(([name, payloads]) => [name, payloads.length]))
  expect(counts).toEqual({
    'review.submitted': 3,
    'review.published': 2,
    'review.hidden': 1,
    'review.restored': 1,
    'review.reminder_due': 1,
  })
  expect(told['review.reminder_due']).toMatchObject([{ orderId: half.orderId, userId: half.seller.id }])
  const between = [
    { orderId, reviewerId: buyer.id, revieweeId: seller.id, of: 'SELLER', rating: 4, gigRating: { count: 1, sum: 4 } },
    { orderId, reviewerId: seller.id, revieweeId: buyer.id, of: 'BUYER', rating: 5, gigId: null, gigRating: null },
  ]
  expect(told['review.published']).toMatchObject(between)
})

test('no event holds a word of what was written', async () => {
  const { orderId, buyer, seller } = await finishedOrder(services)
  const secret = 'Wednesday under the chestnut tree.'
  const { id } = await submit(services, buyer, orderId, { comment: secret, privateNote: secret })
  await submit(services, seller, orderId, { comment: secret })
  await done(services, seller, 'replyToReview', { reviewId: id, body: secret })
  await done(services, seller, 'reportReview', { reviewId: id, reason: secret })
  for (const event of Object.values(events))
    expect(JSON.stringify(await services.reviews.outbox(event.name))).not.toContain(secret)
})
