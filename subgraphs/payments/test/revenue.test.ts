import { orderCompleted } from '@gigraph/orders/events'
import { usd } from '@gigraph/shared/money'
import { person, staff } from '@gigraph/shared/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PaymentsWorld, startPaymentsWorld } from './payments-world.ts'
import { type StandInTool, standInTool } from './stand-ins.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await startPaymentsWorld()
  world.clock.set(new Date('2027-03-04T10:00:00Z'))
})
afterAll(() => world.close())

const Stats =
  'query ($input: RevenueStatsInput!) { revenueStats(input: $input) { startsAt gig { id } tool { id } gross { amountMinor } fees { amountMinor } net { amountMinor } uses } }'

describe('revenueStats', () => {
  it('adds up by day, by month and by gig; for oneself, for staff, for nobody else', async () => {
    const seller = person('FREELANCER')
    const earn = async (amountMinor: number, gigId: string) => {
      const order = world.order({ sellerId: seller.id, gigId, total: usd(amountMinor) })
      await world.pay(order)
      await world.payments.consume(orderCompleted, { ...world.facts(order), onTime: true, firstWithBuyer: false })
    }
    const [logo, site] = [world.context.makeId(), world.context.makeId()]
    await earn(10_000, logo)
    await earn(2_000, site)
    world.clock.advance('1d')
    await earn(3_000, logo)
    const period = { from: '2027-03-01T00:00:00Z', to: '2027-04-01T00:00:00Z' }
    const ask = async (more: object, viewer = seller) =>
      (await world.payments.as(viewer).query(Stats, { input: { ...period, ...more } })).revenueStats

    expect(await ask({})).toMatchObject([
      {
        startsAt: '2027-03-04T00:00:00.000Z',
        gross: { amountMinor: 12_000 },
        fees: { amountMinor: 1_200 },
        net: { amountMinor: 10_800 },
        uses: 2,
      },
      { startsAt: '2027-03-05T00:00:00.000Z', gross: { amountMinor: 3_000 }, uses: 1 },
    ])
    const byGig = await ask({ interval: 'MONTH', groupBy: 'GIG' })
    expect(byGig).toHaveLength(2)
    expect(byGig).toContainEqual(
      expect.objectContaining({ startsAt: '2027-03-01T00:00:00.000Z', gig: { id: logo }, uses: 2 }),
    )
    expect(await ask({ interval: 'WEEK', groupBy: 'TOOL' })).toEqual([])
    expect(await ask({}, person('FREELANCER'))).toEqual([])
    expect(await ask({ userId: seller.id, interval: 'MONTH' }, world.support)).toMatchObject([{ uses: 3 }])
    expect(await ask({ wholePlatform: true, interval: 'MONTH' }, world.support)).toMatchObject([{ uses: 3 }])
    for (const [viewer, more, code] of [
      [person('FREELANCER'), { userId: seller.id }, 'FORBIDDEN'],
      [seller, { wholePlatform: true }, 'FORBIDDEN'],
      [null, {}, 'UNAUTHENTICATED'],
      [seller, { to: period.from }, 'BAD_USER_INPUT'],
      [seller, { to: '2029-01-01T00:00:00Z' }, 'BAD_USER_INPUT'],
    ] as const) {
      const refused = await world.payments.as(viewer).run(Stats, { input: { ...period, ...more } })
      expect(refused.errors).toMatchObject([{ extensions: { code } }])
    }
  })

  it('adds up uses of tools by week, apart for each tool; weeks begin on Mondays', async () => {
    world.clock.set(new Date('2027-05-06T10:00:00Z'))
    const [creator, client] = [person('TOOL_CREATOR'), person('CLIENT')]
    const [one, other] = [standInTool(creator.id, 100), standInTool(creator.id, 10)]
    const Adjust = 'mutation ($input: AdjustPointsInput!) { adjustPoints(input: $input) { userErrors { code } } }'
    const input = { userId: client.id, delta: 1_000, reason: 'Welcome' }
    await world.payments.as(staff('points:write')).query(Adjust, { input })
    const Use = 'mutation ($input: UseToolInput!) { useTool(input: $input) { userErrors { code } } }'
    const use = (toolId: string) => world.payments.as(client).query(Use, { input: { toolId } })
    await use(one.toolId)
    await use(one.toolId)
    await use(other.toolId)
    world.clock.set(new Date('2027-05-10T00:00:00Z'))
    await use(one.toolId)
    const period = { from: '2027-05-01T00:00:00Z', to: '2027-06-01T00:00:00Z', interval: 'WEEK', groupBy: 'TOOL' }
    const { revenueStats } = await world.payments.as(creator).query(Stats, { input: period })
    const bucket = (day: string, tool: StandInTool, grossMinor: number, feeMinor: number, uses: number) => ({
      ...{ startsAt: `${day}T00:00:00.000Z`, gig: null, tool: { id: tool.toolId }, uses },
      ...{ gross: { amountMinor: grossMinor }, fees: { amountMinor: feeMinor } },
      net: { amountMinor: grossMinor - feeMinor },
    })
    const first = [bucket('2027-05-03', one, 200, 20, 2), bucket('2027-05-03', other, 10, 1, 1)]
    expect(revenueStats).toHaveLength(3)
    expect(revenueStats.slice(0, 2)).toEqual(expect.arrayContaining(first))
    expect(revenueStats[2]).toEqual(bucket('2027-05-10', one, 100, 10, 1))
  })
})
