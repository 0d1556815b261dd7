import { userDeleted } from '@gigraph/identity/events'
import { orderCompleted, orderResolved } from '@gigraph/orders/events'
import { toolUsed } from '@gigraph/payments/events'
import { rows } from '@gigraph/shared/database'
import type { EventDefinition } from '@gigraph/shared/events'
import { usd } from '@gigraph/shared/money'
import { person } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { getTableName, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { handlers } from '../src/handlers/index.ts'
import { reviewsService } from '../src/index.ts'
import { checkSummaries } from '../src/jobs/check-summaries.ts'
import { publishDueReviews } from '../src/jobs/publish-due-reviews.ts'
import { remindReviewers } from '../src/jobs/remind-reviewers.ts'
import * as tables from '../src/tables.ts'
import { done, finishedOrder, orderOf, type Reviews, startReviews, submit } from './reviewing.ts'

let services: Reviews
beforeAll(async () => {
  services = await startReviews()
})
afterAll(() => services.close())

const facts = [
  ...[tables.windows, tables.reviews, tables.reports, tables.summaries],
  ...[tables.toolUsers, tables.toolFeedback, tables.erasedUsers],
].map((table) => getTableName(table))

/** Every table that an event can change, and what was ordered or told because of it. */
const everything = async () => {
  const all: Record<string, unknown> = {}
  for (const name of facts)
    all[name] = await rows(
      services.reviews.context.db,
      sql`select to_jsonb(t) as row from ${sql.identifier(name)} as t order by t::text`,
    )
  for (const name of ['review.published', 'review.reminder_due', 'remind-reviewers', 'publish-due-reviews'])
    all[name] = await services.reviews.outbox(name)
  return all
}

/** Somebody who bought, sold, used a tool, wrote and was written about, and what may be told of them. */
const life = async () => {
  const viewer = person('CLIENT', 'FREELANCER')
  const other = person('CLIENT', 'FREELANCER')
  const [bought, sold] = [orderOf(viewer, other), orderOf(other, viewer)]
  const toolId = makeId()
  const told = <Payload>(event: EventDefinition<Payload>, payload: NoInfer<Payload>) => ({
    name: event.name,
    tell: (options: { id: string; occurredAt: Date }) => services.reviews.consume(event, payload, options),
  })
  const use = { usageId: makeId(), toolId, userId: viewer.id, creatorId: makeId(), points: 3 }
  return {
    ...{ viewer, other, bought, sold, toolId },
    history: [
      told(orderCompleted, { ...bought, onTime: true, firstWithBuyer: true }),
      told(orderResolved, { ...sold, toSeller: usd(2_500), toBuyer: usd(2_500) }),
      told(toolUsed, use),
      told(userDeleted, { userId: viewer.id }),
    ],
  }
}

test('every reaction has the same result when its event comes again under another id', async () => {
  const { history, viewer, other, bought, toolId } = await life()
  const named = new Set(history.map(({ name }) => name))
  expect(handlers.map(({ event }) => event.name).filter((name) => !named.has(name))).toEqual([])
  for (const { name, tell } of history) {
    if (name === 'user.deleted') {
      await submit(services, viewer, bought.orderId)
      const { id } = await submit(services, other, bought.orderId)
      await done(services, viewer, 'replyToReview', { reviewId: id, body: 'Thank you!' })
      await done(services, viewer, 'reportReview', { reviewId: id, reason: 'This is not true at all.' })
      await services.reviews
        .as(viewer)
        .query('mutation ($id: ID!) { submitToolFeedback(input: { toolId: $id, rating: 3 }) { feedback { id } } }', {
          id: toolId,
        })
    }
    const occurredAt = services.reviews.clock.now()
    const before = await everything()
    await tell({ id: makeId(), occurredAt })
    const after = await everything()
    expect(after, `${name} changes something`).not.toEqual(before)
    services.reviews.clock.advance('1s')
    await tell({ id: makeId(), occurredAt })
    expect(await everything(), name).toEqual(after)
  }
})

test('an event that comes ten times at once has one effect', async () => {
  const [buyer, seller] = [person('CLIENT'), person('FREELANCER')]
  const order = { ...orderOf(buyer, seller), onTime: true, firstWithBuyer: true }
  await Promise.all(Array.from({ length: 10 }, () => services.reviews.consume(orderCompleted, order, { id: makeId() })))
  const { db } = services.reviews.context
  expect(await db.$count(tables.windows, sql`order_id = ${order.orderId}::uuid`)).toBe(1)
})

test('who was erased before the rest was told is nowhere but in the orders of others', async () => {
  const { history, viewer } = await life()
  const occurredAt = services.reviews.clock.now()
  for (const { tell } of history.toReversed()) await tell({ id: makeId(), occurredAt })
  services.reviews.clock.advance('4d')
  await services.reviews.runJob(remindReviewers, {})
  const reminded = (await services.reviews.outbox('review.reminder_due')).map(({ userId }) => userId)
  expect(reminded).not.toContain(viewer.id)
  const { db } = services.reviews.context
  expect(await db.$count(tables.toolUsers, sql`user_id = ${viewer.id}::uuid`)).toBe(0)
})

test('jobs that run again, or at once, find nothing more to do', async () => {
  expect(reviewsService.jobs?.map(({ job }) => job)).toEqual([publishDueReviews, remindReviewers, checkSummaries])
  expect(reviewsService.jobs?.filter(({ job }) => job.every === undefined)).toEqual([])
  const order = await finishedOrder(services)
  await submit(services, order.buyer, order.orderId)
  const run = async () => {
    for (const job of [publishDueReviews, remindReviewers, checkSummaries]) await services.reviews.runJob(job, {})
  }
  for (const days of ['3d', '9d', '2d'] as const) {
    const before = await everything()
    services.reviews.clock.advance(days)
    await Promise.all([run(), run(), run()])
    const after = await everything()
    expect(after).not.toEqual(before)
    await run()
    expect(await everything()).toEqual(after)
  }
  const reminded = (await services.reviews.outbox('review.reminder_due')).filter(
    ({ orderId }) => orderId === order.orderId,
  )
  expect(reminded.map(({ userId }) => userId)).toEqual([order.seller.id, order.seller.id])
})

test('who comes late to two reminders gets one, and none after the window', async () => {
  const [late, over] = [await finishedOrder(services), await finishedOrder(services)]
  const of = async ({ orderId }: { orderId: string }) =>
    (await services.reviews.outbox('review.reminder_due')).filter((told) => told.orderId === orderId).length
  services.reviews.clock.advance('13d')
  await services.reviews.runJob(remindReviewers, {})
  expect(await of(late)).toBe(2)
  services.reviews.clock.advance('2d')
  const before = await of(over)
  await services.reviews.runJob(remindReviewers, {})
  expect(await of(over)).toBe(before)
})

test('reminders are ordered for day 3 and day 12, the end for day 14', async () => {
  const opened = services.reviews.clock.now().getTime()
  await finishedOrder(services)
  const ordered = await rows<{ name: string; days: string }>(
    services.reviews.context.db,
    sql`select name, extract(epoch from occurred_at - ${new Date(opened).toISOString()}::timestamptz) / 86400 as days
      from outbox where name in ('remind-reviewers', 'publish-due-reviews')
        and occurred_at > ${new Date(opened).toISOString()}::timestamptz order by occurred_at`,
  )
  expect(ordered.slice(-3).map(({ name, days }) => [name, Number(days)])).toEqual([
    ['remind-reviewers', 3],
    ['remind-reviewers', 12],
    ['publish-due-reviews', 14],
  ])
})
