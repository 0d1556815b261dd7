import { orderCompleted, orderResolved } from '@gigraph/orders/events'
import { toolUsed } from '@gigraph/payments/events'
import type { Viewer } from '@gigraph/shared/auth'
import { usd } from '@gigraph/shared/money'
import { person, startTestServices } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { expect } from 'vitest'
import { reviewsService } from '../src/index.ts'

/** Reviews on a database of their own. */
export const startReviews = () => startTestServices({ reviews: reviewsService })
export type Reviews = Awaited<ReturnType<typeof startReviews>>

export const comment = 'Excellent work, on time.'

/** What orders tell of a finished order. */
export const orderOf = (buyer: Viewer, seller: Viewer) => ({
  orderId: makeId(),
  buyerId: buyer.id,
  sellerId: seller.id,
  title: 'A logo',
  gigId: makeId(),
  total: usd(5_000),
})

/** An order that ended well, or in a dispute that was resolved, just now. */
export const finishedOrder = async ({ reviews }: Reviews, how: 'completed' | 'resolved' = 'completed') => {
  const [buyer, seller] = [person('CLIENT'), person('FREELANCER')]
  const order = orderOf(buyer, seller)
  if (how === 'completed')
    await reviews.consume(orderCompleted, { ...order, onTime: true, firstWithBuyer: true }, { id: makeId() })
  else await reviews.consume(orderResolved, { ...order, toSeller: usd(2_500), toBuyer: usd(2_500) })
  return { ...order, buyer, seller }
}

const capital = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`
const REVIEW =
  'id rating comment privateNote publishedAt hiddenAt hiddenReason aspects { aspect rating } reply { body }'

/** The payload of a mutation that answers a review. */
export const act = async ({ reviews }: Reviews, viewer: Viewer, name: string, input: object) => {
  const document = `mutation ($input: ${capital(name)}Input!) { ${name}(input: $input) { review { ${REVIEW} } userErrors { code message field allowed } } }`
  return (await reviews.as(viewer).query(document, { input }))[name]
}

/** The review of a mutation that must succeed. */
export const done = async (services: Reviews, viewer: Viewer, name: string, input: object) => {
  const { review, userErrors } = await act(services, viewer, name, input)
  expect(userErrors, name).toEqual([])
  return review
}

/** The codes with which a mutation refuses: of user errors, or of the error. */
export const refusal = async ({ reviews }: Reviews, viewer: Viewer | null, name: string, input: object) => {
  const document = `mutation ($input: ${capital(name)}Input!) { ${name}(input: $input) { userErrors { code } } }`
  const { data, errors } = await reviews.as(viewer).run(document, { input })
  const refusals = [...(errors ?? []).map((error) => error.extensions?.code), ...codesOf(data?.[name])]
  return refusals.join(' ')
}
const codesOf = (payload: { userErrors: { code: string }[] } | null | undefined) =>
  (payload?.userErrors ?? []).map(({ code }) => code)

export const submit = (services: Reviews, viewer: Viewer, orderId: string, more: object = {}) =>
  done(services, viewer, 'submitReview', { orderId, rating: 5, comment, ...more })

/** An order that both sides have reviewed: 4 stars of the buyer, 5 of the seller. */
export const reviewedOrder = async (services: Reviews) => {
  const order = await finishedOrder(services)
  const { id } = await submit(services, order.buyer, order.orderId, {
    rating: 4,
    aspects: [{ aspect: 'QUALITY', rating: 5 }],
    privateNote: 'between us',
  })
  const bySeller = await submit(services, order.seller, order.orderId, { aspects: [{ aspect: 'CLARITY', rating: 3 }] })
  return { ...order, byBuyer: id as string, bySeller: bySeller.id as string }
}

/** Somebody who has used a tool. */
export const toolUser = async ({ reviews }: Reviews, toolId: string): Promise<Viewer> => {
  const user = person('CLIENT')
  await reviews.consume(toolUsed, { usageId: makeId(), toolId, userId: user.id, creatorId: makeId(), points: 3 })
  return user
}

/** What the graph shows a viewer of an entity. */
export const see = async (
  { reviews }: Reviews,
  viewer: Viewer | null,
  [type, id]: readonly [string, string],
  fields: string,
) => {
  const document = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${fields} } } }`
  return (await reviews.as(viewer).query(document, { of: [{ __typename: type, id }] }))._entities[0]
}
