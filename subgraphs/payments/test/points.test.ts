import { createHash } from 'node:crypto'
import { payCheckout } from '@gigraph/dev/stripe'
import { person, staff } from '@gigraph/shared/testing'
import { eq } from 'drizzle-orm'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { payments } from '../src/tables.ts'
import { type PaymentsWorld, startPaymentsWorld } from './payments-world.ts'
import { standInTool, stranger } from './stand-ins.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await startPaymentsWorld()
})
afterAll(() => world.close())
afterEach(async () => {
  expect(await world.brokenInvariants()).toEqual([])
})

type Person = ReturnType<typeof person>
const Adjust =
  'mutation ($input: AdjustPointsInput!) { adjustPoints(input: $input) { user { id } userErrors { code field } } }'
const Use =
  'mutation ($input: UseToolInput!) { useTool(input: $input) { usage { id pointsCharged accessToken endpoint expiresAt tool { id } } userErrors { code message } } }'
const Record =
  'mutation ($input: RecordToolUsageInput!) { recordToolUsage(input: $input) { usage { id pointsCharged units accessToken } userErrors { code } } }'
const Refund =
  'mutation ($input: RefundToolUsageInput!) { refundToolUsage(input: $input) { usage { id refundedAt } userErrors { code } } }'
const Wallet =
  'query ($viewer: _Any!) { _entities(representations: [$viewer]) { ... on Viewer { points { balance history(first: 5) { nodes { kind amount { amountMinor currency } description } } } usageHistory(first: 5) { nodes { id pointsCharged refundedAt } } } } }'

const give = async (to: Person, delta: number, more: { idempotencyKey?: string; as?: Person } = {}) => {
  const { as = staff('points:write'), idempotencyKey } = more
  const input = { userId: to.id, delta, reason: 'Welcome', idempotencyKey }
  return (await world.payments.as(as).query(Adjust, { input })).adjustPoints
}
const wallet = async (of: Person) =>
  (await world.payments.as(of).query(Wallet, { viewer: { __typename: 'Viewer', id: of.id } }))._entities[0]
const use = async (by: Person, toolId: string, idempotencyKey?: string, maxPoints?: number) =>
  (await world.payments.as(by).query(Use, { input: { toolId, idempotencyKey, maxPoints } })).useTool

const rich = async (points = 1_000) => {
  const made = person('CLIENT')
  await give(made, points)
  return made
}

describe('buyPoints', () => {
  const Buy =
    'mutation ($input: BuyPointsInput!) { buyPoints(input: $input) { checkout { url sessionId } payment { id amount { amountMinor } order { id } } userErrors { code } } }'

  it('credits points when they are paid, once; a client starts with none', async () => {
    const buyer = person('CLIENT')
    expect((await wallet(buyer)).points).toEqual({ balance: 0, history: { nodes: [] } })
    const input = { pack: 'MEDIUM', idempotencyKey: 'one' }
    const { buyPoints } = await world.payments.as(buyer).query(Buy, { input })
    expect(buyPoints.payment).toMatchObject({ amount: { amountMinor: 2_000 }, order: null })
    const again = await world.payments.as(buyer).query(Buy, { input })
    expect(again.buyPoints.checkout.sessionId).toBe(buyPoints.checkout.sessionId)
    const unkeyed = await world.payments.as(buyer).query(Buy, { input: { pack: 'MEDIUM' } })
    expect(unkeyed.buyPoints.checkout.sessionId).toBe(buyPoints.checkout.sessionId)
    world.stripe.webhooks.duplicate(3)
    await payCheckout(buyPoints.checkout.url, { card: '4242424242424242' })
    await world.settle()
    world.stripe.webhooks.duplicate(0)
    expect((await wallet(buyer)).points).toMatchObject({
      balance: 2_200,
      history: { nodes: [{ kind: 'POINTS_BOUGHT', amount: { amountMinor: 2_200, currency: 'PTS' } }] },
    })
    expect(await world.payments.outbox('points.credited')).toContainEqual({
      userId: buyer.id,
      points: 2_200,
      reason: 'BOUGHT',
    })
  })

  it('refunded, the points go: by staff while they are not spent, at Stripe whatever is left', async () => {
    const buyer = person('CLIENT')
    const { buyPoints } = await world.payments.as(buyer).query(Buy, { input: { pack: 'MEDIUM' } })
    await payCheckout(buyPoints.checkout.url, { card: '4242424242424242' })
    await world.settle()
    const paymentId = buyPoints.payment.id
    await use(buyer, standInTool(person('TOOL_CREATOR').id, 1_200).toolId)
    const RefundPayment =
      'mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) { userErrors { code message } } }'
    const refund = async (as: Person, amountMinor: number) => {
      const input = { paymentId, reason: 'Unused', amount: { amountMinor } }
      return (await world.payments.as(as).run(RefundPayment, { input })).data?.refundPayment.userErrors
    }
    const clerk = staff('refunds:write')
    expect(await refund(clerk, 2_000)).toMatchObject([
      { code: 'INSUFFICIENT_FUNDS', message: 'The buyer has spent these points; refund less.' },
    ])
    expect(await refund(buyer, 500)).toBeUndefined()
    expect(await refund(clerk, 500)).toEqual([])
    await world.settle()
    // A quarter of the price, and so of the points.
    expect((await wallet(buyer)).points).toMatchObject({
      balance: 450,
      history: { nodes: [{ kind: 'POINTS_RETURNED', amount: { amountMinor: -550, currency: 'PTS' } }, {}, {}] },
    })
    const [loss, owed] = [await world.balance('platform_loss'), await world.balance('refunds_payable')]
    const [row] = await world.context.db.select().from(payments).where(eq(payments.id, paymentId))
    await world.context.stripe.refunds.create({ payment_intent: row?.intentId ?? '' })
    await world.settle()
    expect((await wallet(buyer)).points.balance).toBe(0)
    expect(await world.balance('platform_loss')).toBe(loss - 1_050)
    expect(await world.balance('refunds_payable')).toBe(owed)
  })

  it('needs a login', async () => {
    const refused = await world.payments.anonymous.run(Buy, { input: { pack: 'SMALL' } })
    expect(refused.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  })
})

describe('adjustPoints', () => {
  it('gives and takes, once per key, never below zero', async () => {
    const client = person('CLIENT')
    await Promise.all([give(client, 100, { idempotencyKey: 'a' }), give(client, 50)])
    expect((await wallet(client)).points.balance).toBe(150)
    expect((await give(client, -151)).userErrors).toMatchObject([
      { code: 'INSUFFICIENT_FUNDS', field: ['input', 'delta'] },
    ])
    expect((await give(client, -150)).userErrors).toEqual([])
    expect((await give(client, 0)).userErrors).toMatchObject([{ code: 'VALIDATION' }])
    expect((await wallet(client)).points.balance).toBe(0)
  })

  it('is for accounts that there are, and never for one’s own', async () => {
    const clerk = staff('points:write')
    const nobody = { input: { userId: stranger(), delta: 10, reason: 'x' } }
    expect((await world.payments.as(clerk).run(Adjust, nobody)).errors).toMatchObject([
      { extensions: { code: 'NOT_FOUND' } },
    ])
    expect((await give(clerk, 1_000, { as: clerk })).userErrors).toMatchObject([
      { code: 'NOT_ALLOWED', field: ['input', 'userId'] },
    ])
    expect((await wallet(clerk)).points.balance).toBe(0)
  })

  it('is for staff only', async () => {
    const client = person('CLIENT')
    const input = { userId: client.id, delta: 100, reason: 'x' }
    for (const [viewer, code] of [
      [client, 'FORBIDDEN'],
      [staff('payments:read'), 'FORBIDDEN'],
      [null, 'UNAUTHENTICATED'],
    ] as const)
      expect((await world.payments.as(viewer).run(Adjust, { input })).errors).toMatchObject([{ extensions: { code } }])
  })
})

describe('useTool', () => {
  it('charges points, pays the creator, and hands out a token that the key set verifies', async () => {
    const [client, creator] = [await rich(), person('TOOL_CREATOR')]
    const { toolId } = standInTool(creator.id)
    const { usage, userErrors } = await use(client, toolId)
    expect(userErrors).toEqual([])
    expect(usage).toMatchObject({ pointsCharged: 30, tool: { id: toolId }, endpoint: 'https://api.tool.test' })
    expect((await wallet(client)).points.balance).toBe(970)
    expect(await world.balance(`seller_pending:${creator.id}`)).toBe(27)
    expect(await world.payments.outbox('tool.used')).toContainEqual({
      ...{ usageId: usage.id, toolId, userId: client.id, creatorId: creator.id, points: 30 },
    })
    const keys = createRemoteJWKSet(new URL('/.well-known/tool-grants.json', world.payments.service.url))
    const now = { currentDate: world.clock.now() }
    const { payload } = await jwtVerify(usage.accessToken, keys, { issuer: 'gigraph', audience: toolId, ...now })
    expect(payload).toMatchObject({ sub: client.id, jti: usage.id })
    await expect(jwtVerify(usage.accessToken, keys, { audience: world.context.makeId(), ...now })).rejects.toThrow()
  })

  it('binds the token to the input that was paid for, which is not kept', async () => {
    const [client, { toolId }] = [await rich(), standInTool(person().id)]
    const input = { toolId, input: '{"image":"cat.png"}', idempotencyKey: 'cat' }
    const { useTool } = await world.payments.as(client).query(Use, { input })
    const [, body = ''] = useTool.usage.accessToken.split('.')
    const hash = createHash('sha256').update(input.input).digest('base64url')
    expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toMatchObject({ input_sha256: hash })
    const other = await world.payments.as(client).query(Use, { input: { ...input, input: '{"image":"dog.png"}' } })
    expect(other.useTool.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }])
  })

  it('charges no more than the client allows, whatever the price has become', async () => {
    const [client, tool] = [await rich(), standInTool(person().id, 30)]
    tool.pointsPerUse = 900
    const { useTool } = await world.payments.as(client).query(Use, { input: { toolId: tool.toolId, maxPoints: 30 } })
    expect(useTool.userErrors).toMatchObject([{ code: 'LIMIT_EXCEEDED' }])
    expect((await wallet(client)).points.balance).toBe(1_000)
  })

  it('takes what is there and no more under 100 uses at once', async () => {
    const client = await rich(1_000)
    const { toolId } = standInTool(person().id, 90)
    const answers = await Promise.all(Array.from({ length: 100 }, () => use(client, toolId)))
    expect(answers.filter(({ usage }) => usage)).toHaveLength(11)
    const refused = answers.filter(({ usage }) => !usage)
    expect(refused.every(({ userErrors }) => userErrors[0].code === 'INSUFFICIENT_FUNDS')).toBe(true)
    expect((await wallet(client)).points.balance).toBe(10)
  })

  it('charges once per key; another tool with it is refused', async () => {
    const client = await rich()
    const [one, other] = [standInTool(person().id), standInTool(person().id)]
    const first = await use(client, one.toolId, 'k')
    expect((await use(client, one.toolId, 'k')).usage.id).toBe(first.usage.id)
    expect((await use(client, other.toolId, 'k')).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }])
    expect((await wallet(client)).points.balance).toBe(970)
  })

  it('refuses paused tools and one’s own, and needs a login', async () => {
    const creator = await rich()
    const tool = standInTool(creator.id)
    expect((await use(creator, tool.toolId)).userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }])
    tool.paused = true
    expect((await use(await rich(), tool.toolId)).userErrors).toMatchObject([{ code: 'NOT_AVAILABLE' }])
    const nobody = await world.payments.anonymous.run(Use, { input: { toolId: tool.toolId } })
    expect(nobody.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  })
})

describe('recordToolUsage', () => {
  const record = async (as: Person, accessToken: string, units: number, idempotencyKey?: string) =>
    (await world.payments.as(as).query(Record, { input: { accessToken, units, idempotencyKey } })).recordToolUsage

  it('charges the client for more units, once per key, while the grant is valid', async () => {
    const [client, creator] = [await rich(), person('TOOL_CREATOR')]
    const { toolId } = standInTool(creator.id, 10)
    const { usage } = await use(client, toolId, undefined, 100_000)
    const first = await record(creator, usage.accessToken, 5, 'r1')
    expect(first).toMatchObject({ usage: { pointsCharged: 50, units: 5, accessToken: null }, userErrors: [] })
    expect((await record(creator, usage.accessToken, 5, 'r1')).usage.id).toBe(first.usage.id)
    expect((await wallet(client)).points.balance).toBe(940)
    expect((await record(creator, usage.accessToken, 95)).userErrors).toMatchObject([{ code: 'INSUFFICIENT_FUNDS' }])
    expect((await record(creator, usage.accessToken, 0)).userErrors).toMatchObject([{ code: 'VALIDATION' }])
    expect((await record(person('TOOL_CREATOR'), usage.accessToken, 1)).userErrors).toMatchObject([
      { code: 'NOT_ALLOWED' },
    ])
    const [head, body] = usage.accessToken.split('.')
    const forged = `${head}.${body}.${Buffer.alloc(64).toString('base64url')}`
    expect((await record(creator, forged, 1)).userErrors).toMatchObject([{ code: 'INVALID_CODE' }])
    world.clock.advance('16m')
    expect((await record(creator, usage.accessToken, 1)).userErrors).toMatchObject([{ code: 'INVALID_CODE' }])
    const input = { accessToken: usage.accessToken, units: 1 }
    expect((await world.payments.as(client).run(Record, { input })).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ])
  })

  it('charges no more than the client allowed, however many ask at once; without a word, nothing more', async () => {
    const [client, creator] = [await rich(), person('TOOL_CREATOR')]
    const { toolId } = standInTool(creator.id, 10)
    const { usage } = await use(client, toolId, undefined, 100)
    const answers = await Promise.all(Array.from({ length: 10 }, () => record(creator, usage.accessToken, 4)))
    expect(answers.filter((answer) => answer.usage)).toHaveLength(2)
    expect(answers.filter(({ userErrors }) => userErrors[0]?.code === 'LIMIT_EXCEEDED')).toHaveLength(8)
    expect((await record(creator, usage.accessToken, 1)).userErrors).toEqual([])
    expect((await wallet(client)).points.balance).toBe(900)
    const plain = await use(client, toolId)
    expect((await record(creator, plain.usage.accessToken, 1)).userErrors).toMatchObject([{ code: 'LIMIT_EXCEEDED' }])
  })
})

describe('refundToolUsage', () => {
  it('by a creator takes no more than they have: points that come back would be paid out again', async () => {
    const [client, creator] = [await rich(6_000), person('FREELANCER', 'TOOL_CREATOR')]
    const { usage } = await use(client, standInTool(creator.id, 5_000).toolId)
    world.clock.advance('15d')
    await world.settle()
    await world.onboard(creator)
    await world.payOut(creator, 4_500)
    await world.settle()
    const refund = async (as: Person) =>
      (await world.payments.as(as).query(Refund, { input: { usageId: usage.id, reason: 'x' } })).refundToolUsage
    expect((await refund(creator)).userErrors).toMatchObject([{ code: 'INSUFFICIENT_FUNDS' }])
    expect((await wallet(client)).points.balance).toBe(1_000)
    expect((await refund(staff('refunds:write'))).userErrors).toEqual([])
    expect(await world.balance(`seller_receivable:${creator.id}`)).toBe(-4_500)
  })

  it('gives the points back once; creator and staff may, the client and strangers may not', async () => {
    const [client, creator] = [await rich(), person('TOOL_CREATOR')]
    const { toolId } = standInTool(creator.id, 100)
    const { usage } = await use(client, toolId)
    const input = { usageId: usage.id, reason: 'It failed' }
    for (const [viewer, code] of [
      [client, 'FORBIDDEN'],
      [person('TOOL_CREATOR'), 'NOT_FOUND'],
      [null, 'UNAUTHENTICATED'],
    ] as const)
      expect((await world.payments.as(viewer).run(Refund, { input })).errors).toMatchObject([{ extensions: { code } }])
    const answers = await Promise.all(
      [creator, staff('refunds:write'), creator].map((viewer) => world.payments.as(viewer).query(Refund, { input })),
    )
    expect(answers.filter(({ refundToolUsage }) => refundToolUsage.usage)).toHaveLength(1)
    expect(await wallet(client)).toMatchObject({
      points: { balance: 1_000, history: { nodes: [{ kind: 'POINTS_REFUNDED' }, {}, {}] } },
      usageHistory: { nodes: [{ id: usage.id, pointsCharged: 100 }] },
    })
    expect(await world.balance(`seller_pending:${creator.id}`)).toBe(0)
    const Stats =
      'query ($tool: _Any!) { _entities(representations: [$tool]) { ... on Tool { usageStats { uses users points } } } }'
    await use(client, toolId)
    const tool = { __typename: 'Tool', id: toolId }
    expect((await world.payments.as(creator).query(Stats, { tool }))._entities).toEqual([
      { usageStats: { uses: 1, users: 1, points: 100 } },
    ])
    expect((await world.payments.anonymous.query(Stats, { tool }))._entities).toEqual([
      { usageStats: { uses: 1, users: 1, points: null } },
    ])
  })
})
