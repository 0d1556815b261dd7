import { person, staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishDueReviews } from '../src/jobs/publish-due-reviews.ts'
import { remindReviewers } from '../src/jobs/remind-reviewers.ts'
import { seedReviews } from '../src/seed.ts'
import { recomputeSummaries } from '../src/summary/recompute-summaries.ts'
import { type Reviews, see, startReviews } from './reviewing.ts'

let services: Reviews
beforeAll(async () => {
  services = await startReviews()
})
afterAll(() => services.close())

test('demo reviews are as if they had been written: counted, reported, and nobody is reminded late', async () => {
  const [buyer, seller, gigId, id] = [person('CLIENT'), person('FREELANCER'), makeId(), makeId()]
  const now = services.reviews.clock.now().getTime()
  const days = (count: number) => new Date(now + count * 86_400_000)
  const order = (completedDaysAgo: number) => ({
    ...{ orderId: makeId(), title: 'A logo', buyerId: buyer.id, sellerId: seller.id, gigId },
    ...{ completedAt: days(-completedDaysAgo), closesAt: days(14 - completedDaysAgo), publishedAt: null, reviews: [] },
  })
  const written = { rating: 3, aspects: { QUALITY: 3 }, comment: 'It took its time.', reply: 'Sorry!' }
  await seedReviews(services.reviews.context, [
    { ...order(5), publishedAt: days(-4), reviews: [{ ...written, id, side: 'BUYER', report: 'That is not true.' }] },
    order(5),
    order(40),
  ])
  expect(await recomputeSummaries(services.reviews.context)).toBe(0)
  for (const job of [remindReviewers, publishDueReviews]) await services.reviews.runJob(job, {})
  expect(await services.reviews.outbox('review.reminder_due')).toEqual([])
  expect(await services.reviews.outbox('review.published')).toEqual([])
  const shown = await see(
    services,
    null,
    ['Gig', gigId],
    'ratingSummary { count average } reviews { nodes { id reply { body } } }',
  )
  expect(shown).toEqual({
    ratingSummary: { count: 1, average: 3 },
    reviews: { nodes: [{ id, reply: { body: 'Sorry!' } }] },
  })
  const { reviewReports } = await services.reviews
    .as(staff('content:moderate'))
    .query('{ reviewReports { nodes { review { id } reporter { id } reason } } }')
  expect(reviewReports.nodes).toEqual([{ review: { id }, reporter: { id: seller.id }, reason: 'That is not true.' }])
})
