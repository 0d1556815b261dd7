import { userDeleted } from '@gigraph/identity/events'
import { toolUsed } from '@gigraph/payments/events'
import type { Viewer } from '@gigraph/shared/auth'
import { staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { recomputeSummaries } from '../src/summary/recompute-summaries.ts'
import { type Reviews, refusal, see, startReviews, toolUser } from './reviewing.ts'

let services: Reviews
beforeAll(async () => {
  services = await startReviews()
})
afterAll(() => services.close())

const rate = async (viewer: Viewer, toolId: string, rating: number, comment = 'Slow.') => {
  const Submit = /* GraphQL */ `
    mutation ($input: SubmitToolFeedbackInput!) {
      submitToolFeedback(input: $input) { feedback { id rating comment createdAt updatedAt } userErrors { code field } } }`
  return (await services.reviews.as(viewer).query(Submit, { input: { toolId, rating, comment } })).submitToolFeedback
}
const seen = (toolId: string) =>
  see(
    services,
    null,
    ['Tool', toolId],
    'ratingSummary { count average } feedback { nodes { rating comment author { id } } }',
  )

test('who used a tool rates it; others do not', async () => {
  const toolId = makeId()
  const stranger = await toolUser(services, makeId())
  expect((await rate(stranger, toolId, 2)).userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }])
  expect(await refusal(services, null, 'submitToolFeedback', { toolId, rating: 2 })).toBe('UNAUTHENTICATED')
  const user = await toolUser(services, toolId)
  expect((await rate(user, toolId, 2, '')).userErrors).toEqual([])
  expect(await seen(toolId)).toEqual({
    ratingSummary: { count: 1, average: 2 },
    feedback: { nodes: [{ rating: 2, comment: '', author: { id: user.id } }] },
  })
})

test('a second time changes the first, and many at once are one', async () => {
  const toolId = makeId()
  const user = await toolUser(services, toolId)
  const first = (await rate(user, toolId, 1)).feedback
  services.reviews.clock.advance('1h')
  await Promise.all(Array.from({ length: 50 }, (_, index) => rate(user, toolId, 1 + (index % 5))))
  const last = (await rate(user, toolId, 5, 'Fast now.')).feedback
  expect(last).toEqual({
    ...first,
    rating: 5,
    comment: 'Fast now.',
    updatedAt: services.reviews.clock.now().toISOString(),
  })
  expect(last.updatedAt).not.toBe(first.updatedAt)
  await rate(await toolUser(services, toolId), toolId, 2)
  expect((await seen(toolId)).ratingSummary).toEqual({ count: 2, average: 3.5 })
})

test('that staff hide counts for nothing, whatever its author makes of it, until they restore it', async () => {
  const toolId = makeId()
  const [user, other] = [await toolUser(services, toolId), await toolUser(services, toolId)]
  await rate(other, toolId, 4, 'Good.')
  const { id: feedbackId } = (await rate(user, toolId, 1, 'Its maker is a fool.')).feedback
  const moderator = staff('content:moderate')
  const reason = 'Insults the maker.'
  const decide = async (name: 'hideToolFeedback' | 'restoreToolFeedback', viewer: Viewer | null = moderator) =>
    refusal(services, viewer, name, { feedbackId, reason })
  for (const name of ['hideToolFeedback', 'restoreToolFeedback'] as const) {
    expect(await decide(name, null)).toBe('UNAUTHENTICATED')
    expect(await decide(name, user)).toBe('FORBIDDEN')
    expect(await decide(name, { ...user, scopes: ['content:moderate'] })).toBe('FORBIDDEN')
    expect(await refusal(services, moderator, name, { feedbackId, reason: ' ' })).toBe('VALIDATION')
    expect(await refusal(services, moderator, name, { feedbackId: makeId(), reason })).toBe('NOT_FOUND')
  }
  expect(await decide('restoreToolFeedback')).toBe('INVALID_STATE')
  const codes = await Promise.all(Array.from({ length: 5 }, () => decide('hideToolFeedback')))
  expect(codes.toSorted()).toEqual(['', ...Array.from({ length: 4 }, () => 'INVALID_STATE')])
  const onlyTheOther = { ratingSummary: { count: 1, average: 4 }, feedback: { nodes: [{ comment: 'Good.' }] } }
  expect(await seen(toolId)).toMatchObject(onlyTheOther)
  await rate(user, toolId, 5, 'I take it back.')
  expect(await seen(toolId)).toMatchObject(onlyTheOther)
  const List = 'feedback { nodes { id comment hiddenReason } }'
  for (const viewer of [user, moderator])
    expect((await see(services, viewer, ['Tool', toolId], List)).feedback.nodes).toContainEqual({
      ...{ id: feedbackId, comment: 'I take it back.', hiddenReason: reason },
    })
  expect(await recomputeSummaries(services.reviews.context)).toBe(0)
  expect(await decide('restoreToolFeedback')).toBe('')
  expect((await seen(toolId)).ratingSummary).toEqual({ count: 2, average: 4.5 })
  const acts = (await services.reviews.outbox('staff.acted')).filter(({ object }) => object.id === feedbackId)
  const about = { object: { kind: 'TOOL_FEEDBACK', id: feedbackId }, subjectId: user.id, reason }
  expect(acts).toMatchObject([
    { ...about, action: 'TOOL_FEEDBACK_HIDDEN', before: { hidden: false }, after: { hidden: true } },
    { ...about, action: 'TOOL_FEEDBACK_RESTORED', before: { hidden: true }, after: { hidden: false } },
  ])
})

test.each([
  ['no stars', { rating: 0 }, 'rating'],
  ['six stars', { rating: 6 }, 'rating'],
  ['5,001 characters', { comment: 'x'.repeat(5_001) }, 'comment'],
])('%s is refused in words, and changes nothing', async (_, wrong, field) => {
  const toolId = makeId()
  const user = await toolUser(services, toolId)
  const { rating, comment } = { rating: 3, comment: '', ...wrong }
  const answer = await rate(user, toolId, rating, comment)
  expect(answer).toMatchObject({ feedback: null, userErrors: [{ code: 'VALIDATION', field: ['input', field] }] })
  expect((await seen(toolId)).ratingSummary.count).toBe(0)
})

test('of a deleted account stays as a former member’s, and leaves no trace of what they used, whatever is told later', async () => {
  const toolId = makeId()
  const user = await toolUser(services, toolId)
  await rate(user, toolId, 4)
  await services.reviews.consume(userDeleted, { userId: user.id })
  expect(await seen(toolId)).toEqual({
    ratingSummary: { count: 1, average: 4 },
    feedback: { nodes: [{ rating: 4, comment: 'Slow.', author: null }] },
  })
  // The news of its use was under way for longer than that of the account's end.
  await services.reviews.consume(toolUsed, {
    usageId: makeId(),
    toolId,
    userId: user.id,
    creatorId: makeId(),
    points: 3,
  })
  expect((await rate(user, toolId, 1)).userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }])
})
