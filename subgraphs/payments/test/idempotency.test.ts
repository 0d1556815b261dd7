import { usd } from '@gigraph/shared/money'
import { person, staff } from '@gigraph/shared/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sellerAvailable, stripeClearing } from '../src/ledger/account.ts'
import { post } from '../src/ledger/post.ts'
import { ledgerTransactions, payments } from '../src/tables.ts'
import { type PaymentsWorld, startPaymentsWorld } from './payments-world.ts'
import { standInTool } from './stand-ins.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await startPaymentsWorld()
})
afterAll(() => world.close())

type Person = ReturnType<typeof person>
/** Who asks, for what, and for what else with the same key; the field of the payload that names the result. */
interface Case {
  readonly as: Person
  readonly input: object
  readonly other: object
  readonly result: string
}

const give = async (userId: string) => {
  const Adjust = 'mutation ($input: AdjustPointsInput!) { adjustPoints(input: $input) { userErrors { code } } }'
  await world.payments.as(staff('points:write')).query(Adjust, { input: { userId, delta: 1_000, reason: 'x' } })
}
const client = async () => {
  const made = person('CLIENT')
  await give(made.id)
  return made
}

const cases: Readonly<Record<string, () => Promise<Case>>> = {
  createCheckout: async () => {
    const { buyer, buyerId, orderId } = world.order()
    return {
      as: buyer,
      input: { orderId },
      other: { orderId: world.order({ buyerId }).orderId },
      result: 'payment { id }',
    }
  },
  refundPayment: async () => {
    const order = world.order()
    const input = { paymentId: await world.pay(order), reason: 'x', amount: usd(100) }
    return { as: order.seller, input, other: { ...input, amount: usd(200) }, result: 'refund { id }' }
  },
  requestPayout: async () => {
    const seller = person('FREELANCER')
    await world.onboard(seller)
    await world.inTransaction((tx) =>
      post(world.context, tx, {
        kind: 'TEST',
        cause: `test:${seller.id}`,
        entries: [
          { account: stripeClearing, amount: usd(-9_000) },
          { account: sellerAvailable(seller.id), amount: usd(9_000) },
        ],
      }),
    )
    return { as: seller, input: { amount: usd(2_000) }, other: { amount: usd(3_000) }, result: 'payout { id }' }
  },
  buyPoints: async () => ({
    as: person('CLIENT'),
    input: { pack: 'SMALL' },
    other: { pack: 'LARGE' },
    result: 'payment { id }',
  }),
  adjustPoints: async () => {
    const input = { userId: person().id, delta: 5, reason: 'x' }
    return { as: staff('points:write'), input, other: { ...input, delta: 6 }, result: 'user { id }' }
  },
  useTool: async () => {
    const [one, other] = [standInTool(person().id), standInTool(person().id)]
    return {
      as: await client(),
      input: { toolId: one.toolId },
      other: { toolId: other.toolId },
      result: 'usage { id }',
    }
  },
  recordToolUsage: async () => {
    const creator = person('TOOL_CREATOR')
    const { toolId } = standInTool(creator.id, 1)
    const Use = 'mutation ($input: UseToolInput!) { useTool(input: $input) { usage { accessToken } } }'
    const { useTool } = await world.payments.as(await client()).query(Use, { input: { toolId, maxPoints: 100 } })
    const key: Person = { ...creator, kind: 'api_key', scopes: ['usage:write'] }
    const input = { accessToken: useTool.usage.accessToken, units: 3 }
    return { as: key, input, other: { ...input, units: 4 }, result: 'usage { id }' }
  },
}

/** How much has happened: movements in the books, and payments that were begun. */
const effects = async () =>
  (await world.context.db.$count(ledgerTransactions)) + (await world.context.db.$count(payments))

describe('an idempotency key', () => {
  it('is tried with every mutation that takes one', async () => {
    const Inputs = '{ __schema { mutationType { fields { name args { type { ofType { inputFields { name } } } } } } } }'
    const { __schema } = await world.payments.anonymous.query(Inputs)
    const fields: readonly { readonly name: string; readonly args: unknown }[] = __schema.mutationType.fields
    const keyed = fields.filter(({ args }) => JSON.stringify(args).includes('"idempotencyKey"'))
    expect(keyed.map(({ name }) => name).toSorted()).toEqual(Object.keys(cases).toSorted())
  })

  it.each(Object.entries(cases))('%s: twenty at once have one effect; another input is refused', async (name, make) => {
    const { as, input, other, result } = await make()
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`
    const document = `mutation ($input: ${type}) { ${name}(input: $input) { ${result} userErrors { code } } }`
    const ask = async (wish: object) =>
      (await world.payments.as(as).query(document, { input: { ...wish, idempotencyKey: 'the same' } }))[name]
    const before = await effects()
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(input)))
    const idOf = (answer: Record<string, { id: string } | null>) => answer[result.split(' ')[0] ?? '']?.id
    const ids = answers.map(idOf).filter(Boolean)
    expect(new Set(ids).size).toBe(1)
    const refused = answers.filter((answer) => !idOf(answer))
    for (const { userErrors } of refused) expect(userErrors).toMatchObject([{ code: 'IDEMPOTENCY_IN_PROGRESS' }])
    expect(await effects()).toBe(before + 1)
    expect(idOf(await ask(input))).toBe(ids[0])
    expect((await ask(other)).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }])
    expect(await effects()).toBe(before + 1)
  })
})
