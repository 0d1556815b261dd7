import { toolUsed } from '@gigraph/payments/events'
import { person, startTestServices } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reviewsService } from '../src/index.ts'

const start = () => startTestServices({ reviews: reviewsService })
let services: Awaited<ReturnType<typeof start>>
beforeAll(async () => {
  services = await start()
})
afterAll(() => services.close())

const Submit = /* GraphQL */ `
  mutation ($input: SubmitToolFeedbackInput!) {
    submitToolFeedback(input: $input) { feedback { rating comment } userErrors { code field } }
  }`
const Tool = /* GraphQL */ `
  query ($tool: [_Any!]!) {
    _entities(representations: $tool) { ... on Tool { ratingSummary { count average } feedback { nodes { rating author { id } } } } }
  }`

test('who used a tool rates it, and again to change the rating; others may not', async () => {
  const user = person('CLIENT')
  const toolId = makeId()
  const input = { toolId, rating: 2, comment: 'Slow.' }
  const client = services.reviews.as(user)
  expect((await client.query(Submit, { input })).submitToolFeedback.userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }])
  await services.reviews.consume(toolUsed, {
    usageId: makeId(),
    toolId,
    userId: user.id,
    creatorId: makeId(),
    points: 3,
  })
  expect((await client.query(Submit, { input: { ...input, rating: 0 } })).submitToolFeedback.userErrors).toMatchObject([
    { code: 'VALIDATION', field: ['input', 'rating'] },
  ])
  await Promise.all([2, 3, 4].map((rating) => client.query(Submit, { input: { ...input, rating } })))
  await client.query(Submit, { input: { ...input, rating: 5 } })
  const [tool] = (await services.reviews.anonymous.query(Tool, { tool: [{ __typename: 'Tool', id: toolId }] }))
    ._entities
  expect(tool).toEqual({
    ratingSummary: { count: 1, average: 5 },
    feedback: { nodes: [{ rating: 5, author: { id: user.id } }] },
  })
  const nobody = await services.reviews.anonymous.run(Submit, { input })
  expect(nobody.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
})
