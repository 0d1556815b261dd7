import { userDeleted } from '@gigraph/identity/events'
import type { Viewer } from '@gigraph/shared/auth'
import { person, staff } from '@gigraph/shared/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  act,
  done,
  finishedOrder,
  type Reviews,
  refusal,
  reviewedOrder,
  see,
  startReviews,
  submit,
} from './reviewing.ts'

let services: Reviews
beforeAll(async () => {
  services = await startReviews()
})
afterAll(() => services.close())

const moderator = staff('content:moderate')
const reason = 'Insults the seller.'
const gigSeen = (gigId: string) =>
  see(
    services,
    null,
    ['Gig', gigId],
    'ratingSummary { count average score aspects { aspect average } } reviews { nodes { id } }',
  )
const reports = async (state: string) => {
  const List = `query ($state: ReviewReportState!) { reviewReports(state: $state, first: 100) {
    nodes { review { id hiddenReason } reporter { id } reason state decidedAt } } }`
  return (await services.reviews.as(moderator).query(List, { state })).reviewReports.nodes
}

describe('hiding and restoring', () => {
  test('take a review out of sight and count, and put it back', async () => {
    const { gigId, byBuyer, buyer, seller, orderId } = await reviewedOrder(services)
    const before = await gigSeen(gigId)
    const hidden = await done(services, moderator, 'hideReview', { reviewId: byBuyer, reason })
    expect(hidden).toMatchObject({ hiddenReason: reason, hiddenAt: services.reviews.clock.now().toISOString() })
    expect(await gigSeen(gigId)).toEqual({
      ratingSummary: { count: 0, average: null, score: 4, aspects: [] },
      reviews: { nodes: [] },
    })
    // Its author learns what became of it and why; for everybody else it is no more.
    const FIELDS = 'review(by: BUYER) { id hiddenAt hiddenReason }'
    expect((await see(services, buyer, ['Order', orderId], FIELDS)).review).toMatchObject({
      id: byBuyer,
      hiddenReason: reason,
    })
    for (const viewer of [seller, null])
      expect((await see(services, viewer, ['Order', orderId], FIELDS)).review).toBeNull()
    const restored = await done(services, moderator, 'restoreReview', {
      reviewId: byBuyer,
      reason: 'A mistake of ours.',
    })
    expect(restored).toMatchObject({ hiddenAt: null, hiddenReason: null })
    expect(await gigSeen(gigId)).toEqual(before)
    const facts = { reviewId: byBuyer, revieweeId: seller.id, reviewerId: buyer.id, gigId, orderId }
    expect(await services.reviews.outbox('review.hidden')).toContainEqual({ ...facts, gigRating: { count: 0, sum: 0 } })
    expect(await services.reviews.outbox('review.restored')).toContainEqual({
      ...facts,
      ...{ of: 'SELLER', rating: 4, gigRating: { count: 1, sum: 4 } },
    })
  })

  test('twenty at once hide once', async () => {
    const { gigId, byBuyer, seller } = await reviewedOrder(services)
    const input = { reviewId: byBuyer, reason }
    const codes = await Promise.all(Array.from({ length: 20 }, () => refusal(services, moderator, 'hideReview', input)))
    expect(codes.filter((code) => code === '')).toHaveLength(1)
    expect(codes.filter((code) => code === 'INVALID_STATE')).toHaveLength(19)
    expect((await gigSeen(gigId)).ratingSummary.count).toBe(0)
    expect((await see(services, null, ['User', seller.id], 'ratingSummary { count }')).ratingSummary.count).toBe(0)
  })

  test('say what is possible instead', async () => {
    const { byBuyer, orderId } = await reviewedOrder(services)
    const input = { reviewId: byBuyer, reason }
    expect((await act(services, moderator, 'restoreReview', input)).userErrors).toMatchObject([
      { code: 'INVALID_STATE', allowed: ['hideReview'] },
    ])
    await done(services, moderator, 'hideReview', input)
    expect((await act(services, moderator, 'hideReview', input)).userErrors).toMatchObject([
      { code: 'INVALID_STATE', allowed: ['restoreReview'] },
    ])
    const { orderId: half, buyer } = await finishedOrder(services)
    expect(half).not.toBe(orderId)
    const { id: reviewId } = await submit(services, buyer, half)
    for (const name of ['hideReview', 'restoreReview'])
      expect((await act(services, moderator, name, { reviewId, reason })).userErrors).toMatchObject([
        { code: 'INVALID_STATE', allowed: [] },
      ])
  })

  test('take an answer out of sight alone, and put it back', async () => {
    const { byBuyer, buyer, seller } = await reviewedOrder(services)
    const decide = (name: string) => act(services, moderator, name, { reviewId: byBuyer, reason })
    expect((await decide('hideReviewReply')).userErrors).toMatchObject([{ code: 'INVALID_STATE', allowed: [] }])
    await done(services, seller, 'replyToReview', { reviewId: byBuyer, body: 'You are a fool.' })
    await services.reviews
      .as(person('CLIENT'))
      .query('mutation ($input: ReportReviewInput!) { reportReview(input: $input) { review { id } } }', {
        input: { reviewId: byBuyer, reason: 'Look at the answer.' },
      })
    expect((await decide('restoreReviewReply')).userErrors).toMatchObject([{ allowed: ['hideReviewReply'] }])
    expect((await decide('hideReviewReply')).userErrors).toEqual([])
    expect((await decide('hideReviewReply')).userErrors).toMatchObject([{ allowed: ['restoreReviewReply'] }])
    const replySeen = async (viewer: Viewer | null) =>
      (await see(services, viewer, ['Review', byBuyer], 'comment reply { body hiddenReason }')).reply
    for (const viewer of [buyer, person('CLIENT'), null]) expect(await replySeen(viewer)).toBeNull()
    for (const viewer of [seller, moderator])
      expect(await replySeen(viewer)).toEqual({ body: 'You are a fool.', hiddenReason: reason })
    const answered = async (withReply: boolean) => {
      const List =
        'query ($id: ID!, $with: Boolean) { reviews(userId: $id, filter: { withReply: $with }) { nodes { id } } }'
      return (await services.reviews.anonymous.query(List, { id: seller.id, with: withReply })).reviews.nodes
    }
    expect([await answered(true), await answered(false)]).toEqual([[], [{ id: byBuyer }]])
    expect(await reports('OPEN')).not.toContainEqual(
      expect.objectContaining({ review: expect.objectContaining({ id: byBuyer }) }),
    )
    // One answer stays one.
    expect(await refusal(services, seller, 'replyToReview', { reviewId: byBuyer, body: 'Really.' })).toBe(
      'ALREADY_EXISTS',
    )
    expect((await decide('restoreReviewReply')).userErrors).toEqual([])
    expect(await replySeen(null)).toEqual({ body: 'You are a fool.', hiddenReason: null })
    const acts = (await services.reviews.outbox('staff.acted')).filter(({ object }) => object.id === byBuyer)
    expect(acts).toMatchObject([
      { action: 'REVIEW_REPLY_HIDDEN', subjectId: seller.id, reason },
      { action: 'REVIEW_REPLY_RESTORED', subjectId: seller.id, before: { hidden: true, reason } },
    ])
  })

  test.each(['hideReview', 'restoreReview', 'hideReviewReply', 'restoreReviewReply', 'dismissReviewReports'])(
    '%s needs a reason and the scope',
    async (name) => {
      const { byBuyer, buyer, seller } = await reviewedOrder(services)
      expect(await refusal(services, moderator, name, { reviewId: byBuyer, reason: ' . ' })).toBe('VALIDATION')
      expect(await refusal(services, moderator, name, { reviewId: byBuyer, reason: 'x'.repeat(2_001) })).toBe(
        'VALIDATION',
      )
      for (const viewer of [buyer, seller, person('CLIENT'), staff('users:write')])
        expect(await refusal(services, viewer, name, { reviewId: byBuyer, reason })).toBe('FORBIDDEN')
      expect(await refusal(services, null, name, { reviewId: byBuyer, reason })).toBe('UNAUTHENTICATED')
      // Nobody decides in a matter of their own.
      for (const { id } of [buyer, seller])
        expect(await refusal(services, { ...moderator, id }, name, { reviewId: byBuyer, reason })).toBe('FORBIDDEN')
    },
  )

  test('are told although the author is gone', async () => {
    const { byBuyer, buyer } = await reviewedOrder(services)
    await services.reviews.consume(userDeleted, { userId: buyer.id })
    await done(services, moderator, 'hideReview', { reviewId: byBuyer, reason })
    await done(services, moderator, 'restoreReview', { reviewId: byBuyer, reason })
    for (const name of ['review.hidden', 'review.restored'])
      expect(await services.reviews.outbox(name)).toContainEqual(
        expect.objectContaining({ reviewId: byBuyer, reviewerId: null }),
      )
  })
})

describe('reports', () => {
  const report = (reviewId: string) => ({ reviewId, reason: 'This is not true at all.' })

  test('reach the staff once per person, of what is published, not of oneself', async () => {
    const { byBuyer, seller, buyer } = await reviewedOrder(services)
    expect(await refusal(services, buyer, 'reportReview', report(byBuyer))).toBe('FORBIDDEN')
    expect(await refusal(services, null, 'reportReview', report(byBuyer))).toBe('UNAUTHENTICATED')
    expect(await refusal(services, seller, 'reportReview', { reviewId: byBuyer, reason: 'short' })).toBe('VALIDATION')
    const codes = await Promise.all(
      Array.from({ length: 10 }, () => refusal(services, seller, 'reportReview', report(byBuyer))),
    )
    expect(codes.toSorted()).toEqual(['', ...Array.from({ length: 9 }, () => 'ALREADY_EXISTS')])
    expect((await reports('OPEN')).filter(({ review }: { review: { id: string } }) => review.id === byBuyer)).toEqual([
      {
        ...report(byBuyer),
        review: { id: byBuyer, hiddenReason: null },
        reviewId: undefined,
        reporter: { id: seller.id },
        state: 'OPEN',
        decidedAt: null,
      },
    ])
    const half = await finishedOrder(services)
    const { id } = await submit(services, half.buyer, half.orderId)
    expect(await refusal(services, half.seller, 'reportReview', report(id))).toBe('NOT_FOUND')
    await done(services, moderator, 'hideReview', { reviewId: byBuyer, reason })
    expect(await refusal(services, person('CLIENT'), 'reportReview', report(byBuyer))).toBe('NOT_FOUND')
  })

  test('are answered all at once by hiding the review, or by letting it stand', async () => {
    const [upheld, dismissed] = [await reviewedOrder(services), await reviewedOrder(services)]
    for (const { byBuyer } of [upheld, dismissed])
      for (const reporter of [person('CLIENT'), person('FREELANCER')])
        await done(services, reporter, 'reportReview', report(byBuyer))
    await done(services, moderator, 'hideReview', { reviewId: upheld.byBuyer, reason })
    await done(services, moderator, 'dismissReviewReports', { reviewId: dismissed.byBuyer, reason: 'An opinion.' })
    const of = async (state: string, { byBuyer }: typeof upheld) =>
      (await reports(state)).filter(({ review }: { review: { id: string } }) => review.id === byBuyer).length
    expect([await of('OPEN', upheld), await of('UPHELD', upheld), await of('DISMISSED', upheld)]).toEqual([0, 2, 0])
    expect([await of('OPEN', dismissed), await of('UPHELD', dismissed), await of('DISMISSED', dismissed)]).toEqual([
      0, 0, 2,
    ])
    const again = { reviewId: dismissed.byBuyer, reason: 'An opinion.' }
    expect(await refusal(services, moderator, 'dismissReviewReports', again)).toBe('INVALID_STATE')
    await done(services, person('CLIENT'), 'reportReview', report(dismissed.byBuyer))
    expect(await of('OPEN', dismissed)).toBe(1)
  })

  test('are the staff’s to read, also by one whom the review is about', async () => {
    const { byBuyer, seller } = await reviewedOrder(services)
    await done(services, person('CLIENT'), 'reportReview', report(byBuyer))
    await done(services, moderator, 'hideReview', { reviewId: byBuyer, reason })
    const List = '{ reviewReports(state: UPHELD, first: 100) { nodes { review { id hiddenReason } } } }'
    const own = { ...moderator, id: seller.id }
    const { reviewReports } = await services.reviews.as(own).query(List)
    expect(reviewReports.nodes).toContainEqual({ review: { id: byBuyer, hiddenReason: null } })
    expect((await services.reviews.as(seller).run(List)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  })
})

test('the audit log is told of every decision once, with who, why, before and after, and of nothing that was refused', async () => {
  const { byBuyer, buyer, seller } = await reviewedOrder(services)
  await done(services, seller, 'reportReview', { reviewId: byBuyer, reason: 'This is not true at all.' })
  const acts = ['dismissReviewReports', 'hideReview', 'hideReview', 'restoreReview', 'restoreReview']
  for (const name of acts) await act(services, moderator, name, { reviewId: byBuyer, reason: `${name} it.` })
  const entry = {
    ...{ actorId: moderator.id, address: '127.0.0.1', subjectId: buyer.id, object: { kind: 'REVIEW', id: byBuyer } },
  }
  const told = await services.reviews.outbox('staff.acted')
  expect(told.filter(({ object }) => object.id === byBuyer)).toEqual([
    {
      ...{ ...entry, action: 'REVIEW_REPORTS_DISMISSED', reason: 'dismissReviewReports it.' },
      ...{ before: { reports: 1 }, after: { reports: 0 } },
    },
    { ...entry, action: 'REVIEW_HIDDEN', reason: 'hideReview it.', before: { hidden: false }, after: { hidden: true } },
    {
      ...{ ...entry, action: 'REVIEW_RESTORED', reason: 'restoreReview it.' },
      ...{ before: { hidden: true, reason: 'hideReview it.' }, after: { hidden: false } },
    },
  ])
})
