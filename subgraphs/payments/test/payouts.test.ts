import { userReinstated, userSuspended } from '@gigraph/identity/events'
import { usd } from '@gigraph/shared/money'
import { person, staff } from '@gigraph/shared/testing'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { sellerAvailable, stripeClearing } from '../src/ledger/account.ts'
import { post } from '../src/ledger/post.ts'
import { payoutAccounts, payouts } from '../src/tables.ts'
import { type PaymentsWorld, startPaymentsWorld } from './payments-world.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await startPaymentsWorld()
  world.levers.topUp(10_000_000, 'usd')
})
afterAll(() => world.close())
afterEach(async () => {
  world.levers.setRules({ settlePayouts: true })
  expect(await world.brokenInvariants()).toEqual([])
})

const Onboard = 'mutation { startPayoutOnboarding { onboarding { url expiresAt } userErrors { code } } }'
const Request =
  'mutation ($input: RequestPayoutInput!) { requestPayout(input: $input) { payout { id status amount { amountMinor } user { id } } userErrors { code field allowed } } }'
const Mine =
  'query ($viewer: _Any!) { _entities(representations: [$viewer]) { ... on Viewer { balance { available { amountMinor } reserved { amountMinor } } payoutAccount { payoutsEnabled detailsSubmitted schedule nextPayoutAt heldAt } payouts(first: 10) { nodes { id status failureReason holdReason } } } } }'
const bank = staff('payouts:write')

type Seller = ReturnType<typeof person>
const mine = async (seller: Seller) =>
  (await world.payments.as(seller).query(Mine, { viewer: { __typename: 'Viewer', id: seller.id } }))._entities[0]

const stripeAccountOf = async (seller: Seller): Promise<string> => {
  const [row] = await world.context.db.select().from(payoutAccounts).where(eq(payoutAccounts.userId, seller.id))
  return row?.stripeAccountId ?? ''
}
/** A seller whose bank is known to Stripe, with money that has cleared. */
const seller = async (availableMinor = 50_000, bankNumber?: string): Promise<Seller> => {
  const made = person('FREELANCER')
  await world.payments.as(made).query(Onboard)
  world.levers.completeOnboarding(await stripeAccountOf(made), bankNumber)
  await world.settle()
  await world.inTransaction((tx) =>
    post(world.context, tx, {
      kind: 'TEST',
      cause: `test:${made.id}`,
      entries: [
        { account: stripeClearing, amount: usd(-availableMinor) },
        { account: sellerAvailable(made.id), amount: usd(availableMinor) },
      ],
    }),
  )
  return made
}
const request = async (from: Seller, amountMinor: number, idempotencyKey?: string) =>
  (await world.payments.as(from).query(Request, { input: { amount: { amountMinor }, idempotencyKey } })).requestPayout

describe('onboarding', () => {
  it('makes one account at Stripe, however often it is asked for, and learns when it is complete', async () => {
    const made = person('FREELANCER')
    const answers = await Promise.all(Array.from({ length: 4 }, () => world.payments.as(made).query(Onboard)))
    expect(answers[0].startPayoutOnboarding.onboarding.url).toContain('http')
    const accounts = await world.context.stripe.accounts.list({ limit: 100 })
    expect(accounts.data.filter(({ metadata }) => metadata?.userId === made.id)).toHaveLength(1)
    expect((await mine(made)).payoutAccount).toMatchObject({ payoutsEnabled: false })
    expect((await request(made, 5_000)).userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
    world.levers.completeOnboarding(await stripeAccountOf(made))
    await world.settle()
    expect((await mine(made)).payoutAccount).toMatchObject({ payoutsEnabled: true, detailsSubmitted: true })
  })
})

describe('requestPayout', () => {
  it('sets the money aside and brings it to the bank', async () => {
    const rich = await seller()
    const { payout, userErrors } = await request(rich, 20_000)
    expect(userErrors).toEqual([])
    expect(payout).toMatchObject({ status: 'REQUESTED', amount: { amountMinor: 20_000 }, user: { id: rich.id } })
    expect((await mine(rich)).balance).toEqual({
      available: { amountMinor: 30_000 },
      reserved: { amountMinor: 20_000 },
    })
    await world.settle()
    expect(await mine(rich)).toMatchObject({
      balance: { available: { amountMinor: 30_000 }, reserved: { amountMinor: 0 } },
      payouts: { nodes: [{ id: payout.id, status: 'PAID' }] },
    })
    expect(await world.payments.outbox('payout.paid')).toContainEqual({
      payoutId: payout.id,
      userId: rich.id,
      amount: usd(20_000),
    })
  })

  it('never pays out more than is available, however many ask at once', async () => {
    const rich = await seller(10_000)
    const answers = await Promise.all(Array.from({ length: 20 }, () => request(rich, 3_000)))
    expect(answers.filter(({ payout }) => payout)).toHaveLength(3)
    const refused = answers.filter(({ payout }) => !payout)
    expect(refused.every(({ userErrors }) => userErrors[0].code === 'INSUFFICIENT_FUNDS')).toBe(true)
    await world.settle()
    expect((await mine(rich)).balance.available.amountMinor).toBe(1_000)
  })

  it('pays once per key', async () => {
    const rich = await seller()
    const first = await request(rich, 5_000, 'one')
    expect((await request(rich, 5_000, 'one')).payout.id).toBe(first.payout.id)
    expect((await request(rich, 6_000, 'one')).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }])
    expect((await mine(rich)).payouts.nodes).toHaveLength(1)
    await world.settle()
  })

  it('refuses too little, clients and nobody', async () => {
    const rich = await seller()
    expect((await request(rich, 999)).userErrors).toMatchObject([{ code: 'VALIDATION', field: ['input', 'amount'] }])
    const input = { amount: { amountMinor: 5_000 } }
    expect((await world.payments.as(person('CLIENT')).run(Request, { input })).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ])
    expect((await world.payments.anonymous.run(Request, { input })).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ])
  })
})

describe('a payout that fails', () => {
  it('at the bank is available again, once, however often the bank says so', async () => {
    const closed = await seller(50_000, '000111111113')
    world.stripe.webhooks.duplicate(4)
    await request(closed, 20_000)
    await world.settle()
    world.stripe.webhooks.duplicate(0)
    expect(await mine(closed)).toMatchObject({
      balance: { available: { amountMinor: 50_000 }, reserved: { amountMinor: 0 } },
      payouts: { nodes: [{ status: 'FAILED', failureReason: 'account_closed' }] },
    })
    const failed = await world.payments.outbox('payout.failed')
    expect(failed.filter(({ userId }) => userId === closed.id)).toHaveLength(1)
    const [transfer] = (await world.context.stripe.transfers.list({ limit: 1 })).data
    expect(transfer).toMatchObject({ amount: 20_000, reversed: true })
  })

  it('after it was paid comes back too', async () => {
    const rich = await seller()
    await request(rich, 20_000)
    await world.settle()
    const account = await stripeAccountOf(rich)
    const [paid] = (await world.context.stripe.payouts.list({}, { stripeAccount: account })).data
    world.levers.failPayout(paid?.id ?? '')
    await world.settle()
    expect((await mine(rich)).balance.available.amountMinor).toBe(50_000)
  })

  it('because of a lost answer is sent once', async () => {
    const rich = await seller()
    const { payout } = await request(rich, 20_000)
    world.stripe.requests.failNext('refuse', 3)
    await expect(world.payments.service.runJob('send-payout', { payoutId: payout.id })).rejects.toThrow()
    await Promise.all(
      Array.from({ length: 3 }, () => world.payments.service.runJob('send-payout', { payoutId: payout.id })),
    ).catch(() => undefined)
    await world.payments.service.runJob('send-payout', { payoutId: payout.id })
    await world.settle()
    const transfers = await world.context.stripe.transfers.list({ transfer_group: payout.id })
    expect(transfers.data).toHaveLength(1)
    expect((await mine(rich)).payouts.nodes).toMatchObject([{ status: 'PAID' }])
  })
})

describe('a payout of which Stripe’s answers got lost', () => {
  it('is sent once, also when Stripe has forgotten the keys: both steps are looked for', async () => {
    const rich = await seller()
    const { payout } = await request(rich, 20_000)
    const account = await stripeAccountOf(rich)
    const send = () => world.payments.service.runJob('send-payout', { payoutId: payout.id })
    world.levers.setRules({ settlePayouts: false })
    // Done, three times asked, never heard of: first the transfer, then the payout to the bank.
    world.stripe.requests.failNext('lose', 3)
    await expect(send()).rejects.toThrow()
    world.clock.advance('25h')
    world.stripe.requests.failNext('lose', 3)
    await expect(send()).rejects.toThrow()
    world.clock.advance('25h')
    await send()
    world.levers.setRules({ settlePayouts: true })
    const [made, ...others] = (await world.context.stripe.payouts.list({}, { stripeAccount: account })).data
    expect(others).toEqual([])
    expect((await world.context.stripe.transfers.list({ transfer_group: payout.id })).data).toHaveLength(1)
    world.levers.settlePayout(made?.id ?? '')
    await world.settle()
    expect((await mine(rich)).payouts.nodes).toMatchObject([{ status: 'PAID' }])
  })
})

describe('a payout whose account is stopped after the transfer', () => {
  it('comes back to the platform, then to the seller', async () => {
    const rich = await seller()
    const { payout } = await request(rich, 20_000)
    const account = await stripeAccountOf(rich)
    // As the job leaves it that dies after the transfer.
    const made = await world.context.stripe.transfers.create(
      { amount: 20_000, currency: 'usd', destination: account, transfer_group: payout.id },
      { idempotencyKey: `transfer-${payout.id}-1` },
    )
    await world.context.db.update(payouts).set({ state: 'SENT', transferId: made.id }).where(eq(payouts.id, payout.id))
    world.levers.restrictAccount(account)
    // Somebody was faster in Stripe's dashboard.
    await world.context.stripe.transfers.createReversal(made.id)
    await world.payments.service.runJob('send-payout', { payoutId: payout.id })
    const [transfer] = (await world.context.stripe.transfers.list({ transfer_group: payout.id })).data
    expect(transfer).toMatchObject({ amount: 20_000, reversed: true })
    expect(await mine(rich)).toMatchObject({
      balance: { available: { amountMinor: 50_000 }, reserved: { amountMinor: 0 } },
      payouts: { nodes: [{ status: 'FAILED' }] },
    })
    await world.settle()
  })
})

describe('staff', () => {
  const Hold =
    'mutation ($input: HoldPayoutInput!) { holdPayout(input: $input) { payout { status holdReason } userErrors { code } } }'
  const Release =
    'mutation ($input: ReleasePayoutInput!) { releasePayout(input: $input) { payout { status } userErrors { code } } }'

  it('holds a payout and lets it go on', async () => {
    const rich = await seller()
    const { payout } = await request(rich, 5_000)
    const held = await world.payments.as(bank).query(Hold, { input: { payoutId: payout.id, reason: 'Odd' } })
    expect(held.holdPayout).toMatchObject({ payout: { status: 'HELD', holdReason: 'Odd' } })
    await world.settle()
    expect((await mine(rich)).payouts.nodes).toMatchObject([{ status: 'HELD' }])
    const again = await world.payments.as(bank).query(Hold, { input: { payoutId: payout.id, reason: 'Odd' } })
    expect(again.holdPayout.userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
    const released = await world.payments.as(bank).query(Release, { input: { payoutId: payout.id } })
    expect(released.releasePayout.payout.status).toBe('REQUESTED')
    await world.settle()
    expect((await mine(rich)).payouts.nodes).toMatchObject([{ status: 'PAID' }])
    const late = await world.payments.as(bank).query(Release, { input: { payoutId: payout.id } })
    expect(late.releasePayout.userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
    const silent = await world.payments.as(bank).query(Hold, { input: { payoutId: payout.id, reason: ' ' } })
    expect(silent.holdPayout.userErrors).toMatchObject([{ code: 'VALIDATION' }])
  })

  it('sends what waits and lists it; nobody else may', async () => {
    const rich = await seller()
    const { payout } = await request(rich, 5_000)
    world.clock.advance('1s')
    const Process = 'mutation { processPayouts { count userErrors { code } } }'
    expect((await world.payments.as(bank).query(Process)).processPayouts.count).toBeGreaterThanOrEqual(1)
    await world.settle()
    const List = '{ payouts(first: 1) { nodes { id status user { id } } } }'
    expect((await world.payments.as(bank).query(List)).payouts.nodes).toMatchObject([
      { id: payout.id, status: 'PAID', user: { id: rich.id } },
    ])
    const input = { payoutId: payout.id, reason: 'x' }
    for (const [document, variables] of [
      [Process, {}],
      [List, {}],
      [Hold, { input }],
      [Release, { input: { payoutId: payout.id } }],
    ] as const) {
      const asSeller = await world.payments.as(rich).run(document, variables)
      expect(asSeller.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    }
  })
})

describe('a suspended seller', () => {
  it('is paid nothing until the suspension ends', async () => {
    const bad = await seller()
    await request(bad, 5_000)
    await world.payments.consume(userSuspended, { userId: bad.id, reason: 'Fraud', until: null })
    expect((await request(bad, 5_000)).userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }])
    await world.settle()
    expect((await mine(bad)).payouts.nodes).toMatchObject([{ status: 'HELD' }])
    await world.payments.consume(userReinstated, { userId: bad.id })
    await world.settle()
    expect((await mine(bad)).payouts.nodes).toMatchObject([{ status: 'PAID' }])
  })

  it('whose reinstatement is heard of before the suspension is paid; the other way round not', async () => {
    const [early, late] = [world.clock.now(), new Date(world.clock.now().getTime() + 1)]
    const suspend = (userId: string, occurredAt: Date) =>
      world.payments.consume(userSuspended, { userId, reason: 'Fraud', until: null }, { occurredAt })
    const reinstate = (userId: string, occurredAt: Date) =>
      world.payments.consume(userReinstated, { userId }, { occurredAt })
    const [good, bad] = [await seller(), await seller()]
    await reinstate(good.id, late)
    await suspend(good.id, early)
    expect((await request(good, 5_000)).userErrors).toEqual([])
    await suspend(bad.id, late)
    await reinstate(bad.id, early)
    expect((await request(bad, 5_000)).userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }])
    await world.settle()
  })
})

describe('setPayoutSchedule', () => {
  const SetSchedule =
    'mutation ($input: SetPayoutScheduleInput!) { setPayoutSchedule(input: $input) { payoutAccount { schedule nextPayoutAt } userErrors { code } } }'

  it('pays out everything that is available, once a week', async () => {
    const rich = await seller(7_000)
    const answer = await world.payments.as(rich).query(SetSchedule, { input: { schedule: 'WEEKLY' } })
    expect(answer.setPayoutSchedule.payoutAccount.schedule).toBe('WEEKLY')
    await world.payments.service.runJob('pay-out-on-schedule', {})
    expect((await mine(rich)).payouts.nodes).toEqual([])
    world.clock.advance('7d')
    await Promise.all(Array.from({ length: 3 }, () => world.payments.service.runJob('pay-out-on-schedule', {})))
    await world.settle()
    expect((await mine(rich)).payouts.nodes).toMatchObject([{ status: 'PAID' }])
    expect((await mine(rich)).balance.available.amountMinor).toBe(0)
  })
})
