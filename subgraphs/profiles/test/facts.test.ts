import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { userDeleted, userEmailVerified, userRegistered, userRoleChanged, userUpdated } from '@gigraph/identity/events'
import { jobClosed, jobExpired, jobFilled, jobPosted, jobUpdated } from '@gigraph/marketplace/events'
import { messageSent } from '@gigraph/messaging/events'
import { orderCancelled, orderCompleted } from '@gigraph/orders/events'
import { paymentRefunded, paymentSucceeded } from '@gigraph/payments/events'
import { reviewHidden, reviewPublished, reviewRestored } from '@gigraph/reviews/events'
import { environment } from '@gigraph/shared/config'
import { rebuildProjections } from '@gigraph/shared/service'
import { person, staff, startTestServices } from '@gigraph/shared/testing'
import { after, makeId } from '@gigraph/shared/time'
import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { handlers } from '../src/handlers/index.ts'
import { profilesService } from '../src/index.ts'
import { avatars, freelancerProfiles, profileEntries, uploads } from '../src/tables.ts'

const start = () => startTestServices({ profiles: profilesService })
let services: Awaited<ReturnType<typeof start>>
beforeAll(async () => {
  services = await start()
  services.profiles.clock.set(new Date('2026-11-01T00:00:00.000Z'))
})
afterAll(() => services.close())

type Told = { readonly name: string; tell(id?: string): Promise<void> }

/** A history of one person who sells and buys; every event with its own instant, as if it had happened in this order. */
const historyOf = (userId: string): Told[] => {
  const began = new Date('2026-05-01T00:00:00.000Z')
  const history: Told[] = []
  const told = <Payload>(
    event: Parameters<typeof services.profiles.consume<Payload>>[0],
    payload: NoInfer<Payload>,
  ) => {
    const occurredAt = after(began, `${history.length}d`)
    const ownId = makeId()
    history.push({
      name: event.name,
      tell: (id = ownId) => services.profiles.consume<Payload>(event, payload, { id, occurredAt }),
    })
  }
  const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })
  const [regular, other] = [makeId(), makeId()]
  const order = (buyerId: string) => ({
    orderId: makeId(),
    buyerId,
    sellerId: userId,
    title: 'A logo',
    gigId: null,
    total: usd(5_000),
  })
  const review = {
    reviewId: makeId(),
    orderId: makeId(),
    gigId: null,
    reviewerId: regular,
    revieweeId: userId,
    gigRating: null,
  }
  const job = () => ({ jobId: makeId(), clientId: userId, title: 'A job' })
  const payment = (amountMinor: number) => ({
    paymentId: makeId(),
    orderId: makeId(),
    milestoneId: null,
    buyerId: userId,
    sellerId: other,
    gigId: null,
    amount: usd(amountMinor),
  })
  const message = (answeredAfterSeconds: number | null) => ({
    messageId: makeId(),
    conversationId: makeId(),
    senderId: userId,
    recipientIds: [regular],
    answeredAfterSeconds,
  })

  told(userRegistered, { userId, handle: 'ann', displayName: 'Ann', roles: ['FREELANCER'] })
  told(userEmailVerified, { userId, roles: ['FREELANCER'] })
  told(userRoleChanged, { userId, roles: ['FREELANCER', 'CLIENT'] })
  told(userUpdated, { userId, handle: 'ann', displayName: 'Ann B.' })
  told(userUpdated, { userId, handle: 'ann', displayName: 'Ann C.' })
  told(messageSent, message(600))
  told(messageSent, message(1_200))
  told(messageSent, message(30 * 86_400))
  told(messageSent, message(null))
  for (const buyer of [regular, regular, other])
    told(orderCompleted, { ...order(buyer), onTime: buyer === regular, firstWithBuyer: false })
  told(orderCancelled, { ...order(other), fault: 'SELLER', refund: usd(5_000) })
  told(orderCancelled, { ...order(other), fault: 'BUYER', refund: usd(0) })
  told(reviewPublished, { ...review, of: 'SELLER', rating: 2 })
  told(reviewHidden, review)
  told(reviewPublished, { ...review, reviewId: makeId(), of: 'SELLER', rating: 5 })
  told(reviewPublished, { ...review, reviewId: makeId(), of: 'BUYER', rating: 1 })
  const back = { ...review, reviewId: makeId(), of: 'SELLER', rating: 3 } as const
  told(reviewPublished, back)
  told(reviewHidden, back)
  told(reviewRestored, back)
  const [filled, closed, expired] = [job(), job(), job()]
  told(jobPosted, { ...filled, budget: usd(10_000) })
  told(jobPosted, { ...closed, budget: usd(90_000) })
  told(jobUpdated, { ...closed, budget: usd(30_000) })
  told(jobPosted, { ...expired, budget: null })
  told(jobPosted, { ...job(), budget: null })
  told(jobFilled, { ...filled, freelancerId: other })
  told(jobClosed, { ...closed, applicantIds: [] })
  told(jobExpired, { ...expired, applicantIds: [] })
  const [kept, refunded] = [payment(40_000), payment(20_000)]
  told(paymentSucceeded, kept)
  told(paymentSucceeded, refunded)
  told(paymentRefunded, { ...refunded, refunded: usd(5_000), remaining: usd(15_000) })
  told(paymentRefunded, { ...refunded, refunded: usd(15_000), remaining: usd(0) })
  return history
}

const Everything = /* GraphQL */ `query ($of: [_Any!]!, $search: String!) {
  _entities(representations: $of) { ... on User {
    freelancerProfile { level verified memberSince levelExplanation { metric value } stats { ordersCompleted completionRate onTimeRate rating ratingCount responseTimeMinutes repeatClients } }
    clientProfile { memberSince jobStats { posted open filled hireRate averageBudget { amountMinor } } spendingBand
      spending { total { amountMinor } ordersPaid averageOrder { amountMinor } byMonth { month amount { amountMinor } } } } } }
  freelancers(query: $search) { nodes { userId } } }`
const stateOf = async (userId: string) => {
  const reader = services.profiles.as(staff('profiles:verify'))
  const [user] = (await reader.query(Everything, { of: [{ __typename: 'User', id: userId }], search: 'nobody' }))
    ._entities
  const [profile] = await services.profiles.context.db
    .select()
    .from(freelancerProfiles)
    .where(eq(freelancerProfiles.userId, userId))
  return { ...user, displayName: profile?.displayName }
}

const expected = {
  displayName: 'Ann C.',
  freelancerProfile: {
    level: 'NEW',
    verified: true,
    memberSince: '2026-05-01T00:00:00.000Z',
    stats: {
      ordersCompleted: 3,
      completionRate: 75,
      onTimeRate: 66.7,
      rating: 4,
      ratingCount: 2,
      responseTimeMinutes: 15,
      repeatClients: 1,
    },
  },
  clientProfile: {
    jobStats: { posted: 4, open: 1, filled: 1, hireRate: 33.3, averageBudget: { amountMinor: 20_000 } },
    spendingBand: '$100+',
    spending: { total: { amountMinor: 40_000 }, ordersPaid: 2 },
  },
}

test('whatever order the news come in, and however often, the profiles are the same', async () => {
  const straight = makeId()
  for (const { tell } of historyOf(straight)) await tell()
  const wanted = JSON.parse(JSON.stringify(await stateOf(straight)))
  expect(wanted).toMatchObject(expected)
  const size = historyOf(straight).length
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...Array(size).keys()], { minLength: size, maxLength: size }),
      fc.array(fc.nat(size - 1), { maxLength: 12 }),
      async (order, again) => {
        const userId = makeId()
        const history = historyOf(userId)
        for (const index of [...order, ...again]) await history[index]?.tell()
        expect(JSON.parse(JSON.stringify(await stateOf(userId)))).toEqual(wanted)
      },
    ),
    { numRuns: 12 },
  )
})

test('news of an erased person leave nothing, whenever they come', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(historyOf(makeId()).length - 1), async (when) => {
      const userId = makeId()
      const history = historyOf(userId)
      for (const [index, { tell }] of history.entries()) {
        if (index === when) await services.profiles.consume(userDeleted, { userId })
        await tell()
      }
      expect(await stateOf(userId)).toEqual({ freelancerProfile: null, clientProfile: null, displayName: undefined })
    }),
    { numRuns: 5 },
  )
})

test('every reaction has the same result when its event comes again under another id', async () => {
  const userId = makeId()
  const history = historyOf(userId)
  const covered = new Set(history.map(({ name }) => name))
  expect(handlers.map(({ event }) => event.name).filter((name) => !covered.has(name))).toEqual(['user.deleted'])
  for (const { name, tell } of history) {
    await tell()
    const before = await stateOf(userId)
    // Past the inbox: the reaction itself must not count twice.
    await tell(makeId())
    expect(await stateOf(userId), name).toEqual(before)
  }
  await services.profiles.consume(userDeleted, { userId })
  await services.profiles.consume(userDeleted, { userId })
  const { db } = services.profiles.context
  for (const table of [freelancerProfiles, profileEntries, uploads, avatars])
    expect(await db.$count(table, eq(table.userId, userId))).toBe(0)
})

test('many at once count each once', async () => {
  const userId = makeId()
  await Promise.all(historyOf(userId).flatMap(({ tell }) => [tell(), tell()]))
  expect(JSON.parse(JSON.stringify(await stateOf(userId)))).toMatchObject(expected)
})

test('projections that were corrupted are the same again after they were computed anew', {
  timeout: 60_000,
}, async () => {
  const ids = [makeId(), makeId(), makeId()]
  for (const userId of ids) for (const { tell } of historyOf(userId)) await tell()
  const bystander = person('FREELANCER')
  await services.profiles
    .as(bystander)
    .query('mutation { updateFreelancerProfile(input: { headline: "Mine" }) { userErrors { code } } }')
  const before = await Promise.all([...ids, bystander.id].map(stateOf))
  const { db } = services.profiles.context
  await db
    .update(freelancerProfiles)
    .set({
      level: 'TOP',
      ordersCompleted: 999,
      ordersOnTime: 1,
      ordersFailed: 7,
      repeatClients: 9,
      ratingCount: 4,
      ratingSum: 4,
      answers: 1,
      answerSeconds: 1,
      displayName: 'Nobody',
      verified: false,
    })
    .where(eq(freelancerProfiles.userId, ids[0] ?? ''))
  expect(await stateOf(ids[0] ?? '')).not.toEqual(before[0])
  const databaseUrl = services.profiles.context.config.DATABASE_URL
  const first = await rebuildProjections(profilesService, { databaseUrl })
  expect(first?.corrected).toBe(1)
  expect(first?.seen).toBeGreaterThanOrEqual(4)
  expect(await Promise.all([...ids, bystander.id].map(stateOf))).toEqual(before)
  expect((await services.profiles.outbox('freelancer.level_changed')).at(-1)).toEqual({
    userId: ids[0],
    from: 'TOP',
    to: 'NEW',
  })
  // And once more as an operator does it.
  const program = fileURLToPath(new URL('../src/rebuild.ts', import.meta.url))
  const env = { PATH: environment.PATH, DATABASE_URL: databaseUrl }
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env, timeout: 60_000 })
  expect(stdout).toBe(`profiles: ${first?.seen} computed anew, 0 of them were wrong before\n`)
})
