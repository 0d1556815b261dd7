import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dropDatabase, ensureDatabase, openDatabase, transaction } from './index.ts'
import { openBank, type Transfer } from './testing/bank.ts'
import { type DisposableServer, startDisposableServer } from './testing/disposable-server.ts'
import { runStorm, type Weather } from './testing/storm.ts'

// 15 for the figures in docs/adr/0002-database-driver.md.
const seconds = Number(process.env.STORM_SECONDS ?? 5)
const applicationName = 'storm'

let server: DisposableServer
beforeAll(async () => {
  server = await startDisposableServer()
}, 60_000)
afterAll(() => server.stop())

const weathers: [Weather][] = [['killed backends'], ['fast restarts'], ['immediate restarts']]

test.each(weathers)('money survives %s', { timeout: seconds * 1_000 + 60_000 }, async (weather) => {
  const database = `storm ${weather}`
  await ensureDatabase({ adminUrl: server.url(), name: database })
  await openBank(server.url(database))
  const { db, close } = openDatabase({ url: server.url(database), applicationName })

  const transfer = ({ id, from, to, amountMinor }: Transfer): Promise<void> =>
    transaction(db, async (tx) => {
      await tx.execute(sql`insert into transfers values (${id})`)
      // In the order of their ids, so that two transfers cannot wait for each other.
      const moves = [
        { account: from, deltaMinor: -amountMinor },
        { account: to, deltaMinor: amountMinor },
      ].sort((a, b) => a.account - b.account)
      for (const { account, deltaMinor } of moves) {
        await tx.execute(sql`update accounts set balance_minor = balance_minor + ${deltaMinor} where id = ${account}`)
        await tx.execute(sql`insert into entries values (${id}, ${account}, ${deltaMinor})`)
      }
    })
  const report = await runStorm({ server, database, applicationName, weather, seconds, transfer })
  await close()
  await dropDatabase({ adminUrl: server.url(), name: database })
  process.stdout.write(`${weather}, ${seconds} s: ${JSON.stringify(report)}\n`)

  expect(report).toMatchObject({
    lost: 0,
    phantom: 0,
    unbalanced: 0,
    wrongBalances: 0,
    differenceMinor: 0,
    unsettled: 0,
    uncaught: 0,
  })
  expect(report.acknowledged).toBeGreaterThan(100)
  expect(report.successAfterPercent).toBeGreaterThanOrEqual(95)
})
