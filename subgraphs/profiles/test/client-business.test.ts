import { jobExpired, jobFilled, jobPosted } from '@gigraph/marketplace/events'
import { paymentRefunded, paymentSucceeded } from '@gigraph/payments/events'
import { person, staff, startTestServices } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { profilesService } from '../src/index.ts'

const start = () => startTestServices({ profiles: profilesService })
let services: Awaited<ReturnType<typeof start>>
beforeAll(async () => {
  services = await start()
})
afterAll(() => services.close())

const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })
const Create =
  'mutation { createClientProfile(input: { firstName: "Bo", lastName: "Ek" }) { clientProfile { userId } } }'
const client = async () => {
  const viewer = person('CLIENT')
  await services.profiles.as(viewer).query(Create)
  return viewer
}
const Of = /* GraphQL */ `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { clientProfile {
  jobStats { posted open filled hireRate averageBudget { formatted } } spendingBand
  spending { total { formatted } ordersPaid averageOrder { formatted } byMonth { month amount { formatted } } }
  } } } }`
const profile = async (id: string, viewer: Parameters<typeof services.profiles.as>[0]) =>
  (await services.profiles.as(viewer).query(Of, { of: [{ __typename: 'User', id }] }))._entities[0].clientProfile

test('jobs are counted in whatever order their news arrive', async () => {
  const bo = await client()
  const job = () => ({ jobId: makeId(), clientId: bo.id, title: 'A job' })
  const [open, filled, expired] = [job(), job(), job()]
  await services.profiles.consume(jobFilled, { ...filled, freelancerId: makeId() })
  await services.profiles.consume(jobPosted, { ...filled, budget: usd(10_000) })
  await services.profiles.consume(jobPosted, { ...open, budget: usd(20_000) })
  await services.profiles.consume(jobPosted, { ...expired, budget: null })
  await services.profiles.consume(jobExpired, { ...expired, applicantIds: [] })
  expect((await profile(bo.id, null)).jobStats).toEqual({
    posted: 3,
    open: 1,
    filled: 1,
    hireRate: 50,
    averageBudget: { formatted: '$150.00' },
  })
})

test('spending is the client’s and staff’s to see, the public sees a band', async () => {
  const bo = await client()
  expect(await profile(bo.id, null)).toMatchObject({ spendingBand: null, spending: null })
  const payment = (orderId: string, amountMinor: number) => ({
    paymentId: makeId(),
    orderId,
    milestoneId: null,
    buyerId: bo.id,
    sellerId: makeId(),
    gigId: null,
    amount: usd(amountMinor),
  })
  const [may, june] = [new Date('2026-05-31T23:59:00Z'), new Date('2026-06-01T00:00:00Z')]
  const order = makeId()
  const [one, two, three] = [payment(order, 50_000), payment(order, 70_000), payment(makeId(), 30_000)]
  await services.profiles.consume(paymentSucceeded, one, { occurredAt: may })
  await services.profiles.consume(paymentSucceeded, two, { occurredAt: june })
  await services.profiles.consume(
    paymentRefunded,
    { ...three, refunded: usd(30_000), remaining: usd(0) },
    { occurredAt: june },
  )
  await services.profiles.consume(
    paymentRefunded,
    { ...three, refunded: usd(10_000), remaining: usd(20_000) },
    { occurredAt: june },
  )
  await services.profiles.consume(paymentSucceeded, three, { occurredAt: may })
  for (const reader of [bo, staff('profiles:verify')])
    expect((await profile(bo.id, reader)).spending).toEqual({
      total: { formatted: '$1,200.00' },
      ordersPaid: 2,
      averageOrder: { formatted: '$600.00' },
      byMonth: [
        { month: '2026-06-01', amount: { formatted: '$700.00' } },
        { month: '2026-05-01', amount: { formatted: '$500.00' } },
      ],
    })
  for (const other of [null, person('CLIENT'), person('FREELANCER')])
    expect(await profile(bo.id, other)).toMatchObject({ spendingBand: '$1k+', spending: null })
})
