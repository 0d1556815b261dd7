import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { CommitOutcomeUnknown } from '../errors.ts'
import { audit, randomTransfer, type Transfer } from './bank.ts'
import type { DisposableServer } from './disposable-server.ts'

const CLIENTS = 40
const KILL_EVERY_MS = 150
const SETTLE_MS = 8_000

/** What happens to the server meanwhile. */
export type Weather = 'killed backends' | 'fast restarts' | 'immediate restarts'

/** Counts of transfers, except where a unit is named. */
export interface StormReport {
  acknowledged: number
  refused: number
  outcomeUnknown: number
  /** Acknowledged, but not in the books. */
  lost: number
  /** Refused as not done, but in the books. */
  phantom: number
  unbalanced: number
  wrongBalances: number
  differenceMinor: number
  unsettled: number
  slowestMs: number
  uncaught: number
  /** Of the calls made after the weather ended, percent. */
  successAfterPercent: number
  perSecondDuring: number
  perSecondAfter: number
}

/** Moves money with 40 clients for `seconds` under the weather, then for two seconds of calm, and audits the books. */
export const runStorm = async (scene: {
  server: DisposableServer
  database: string
  applicationName: string
  weather: Weather
  seconds: number
  transfer: (transfer: Transfer) => Promise<void>
}): Promise<StormReport> => {
  const { server, database, weather, seconds } = scene
  const uncaught = countUncaught()
  const during = newTally()
  await Promise.all([
    moveMoney(scene.transfer, seconds * 1_000, during),
    weather === 'killed backends'
      ? killBackends(server.url(), scene.applicationName, seconds * 1_000)
      : restartServer(server, weather === 'fast restarts' ? 'fast' : 'immediate', seconds * 1_000),
  ])
  // Recovery is bounded by 10 s (hardening, faults); one answered call ends the wait.
  const recoveredBy = performance.now() + 10_000
  const recovery = newTally()
  while (recovery.acknowledged.size === 0 && performance.now() < recoveredBy) await attempt(scene.transfer, recovery)
  const after = newTally()
  await moveMoney(scene.transfer, 2_000, after)

  const books = await audit(server.url(database))
  const tallies = [during, recovery, after]
  const acknowledged = tallies.flatMap((tally) => [...tally.acknowledged])
  const refused = tallies.flatMap((tally) => [...tally.refused])
  const callsAfter = after.acknowledged.size + after.refused.size + after.unknown + after.unsettled
  return {
    acknowledged: acknowledged.length,
    refused: refused.length,
    outcomeUnknown: tallies.reduce((sum, tally) => sum + tally.unknown, 0),
    lost: acknowledged.filter((id) => !books.saved.has(id)).length,
    phantom: refused.filter((id) => books.saved.has(id)).length,
    unbalanced: books.unbalanced,
    wrongBalances: books.wrongBalances,
    differenceMinor: books.differenceMinor,
    unsettled: tallies.reduce((sum, tally) => sum + tally.unsettled, 0),
    slowestMs: Math.round(Math.max(...tallies.map((tally) => tally.slowestMs))),
    uncaught: uncaught.stop(),
    successAfterPercent: Math.round((1_000 * after.acknowledged.size) / callsAfter) / 10,
    perSecondDuring: Math.round(during.acknowledged.size / seconds),
    perSecondAfter: Math.round(after.acknowledged.size / 2),
  }
}

interface Tally {
  acknowledged: Set<string>
  refused: Set<string>
  unknown: number
  unsettled: number
  slowestMs: number
}

const newTally = (): Tally => ({ acknowledged: new Set(), refused: new Set(), unknown: 0, unsettled: 0, slowestMs: 0 })

const moveMoney = async (
  transfer: (transfer: Transfer) => Promise<void>,
  durationMs: number,
  tally: Tally,
): Promise<void> => {
  const endsAt = performance.now() + durationMs
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (performance.now() < endsAt) await attempt(transfer, tally)
    }),
  )
}

const attempt = async (transfer: (transfer: Transfer) => Promise<void>, tally: Tally): Promise<void> => {
  const order = randomTransfer()
  const startedAt = performance.now()
  const patience = new AbortController()
  const settled = transfer(order).then(
    () => void tally.acknowledged.add(order.id),
    (error: unknown) => {
      if (error instanceof CommitOutcomeUnknown) tally.unknown += 1
      else tally.refused.add(order.id)
    },
  )
  const tooLate = delay(SETTLE_MS, 'unsettled', { signal: patience.signal }).catch(() => undefined)
  if ((await Promise.race([settled, tooLate])) === 'unsettled') tally.unsettled += 1
  patience.abort()
  tally.slowestMs = Math.max(tally.slowestMs, performance.now() - startedAt)
}

const killBackends = async (adminUrl: string, applicationName: string, durationMs: number): Promise<void> => {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  for (const endsAt = performance.now() + durationMs; performance.now() < endsAt; await delay(KILL_EVERY_MS))
    await admin.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and random() < 0.3',
      [applicationName],
    )
  await admin.end()
}

/** Twice: after a third and after two thirds of the time. */
const restartServer = async (
  server: DisposableServer,
  mode: 'fast' | 'immediate',
  durationMs: number,
): Promise<void> => {
  for (let restart = 0; restart < 2; restart += 1) {
    await delay(durationMs / 3)
    await server.restart(mode)
  }
}

const countUncaught = (): { stop(): number } => {
  let count = 0
  const onUncaught = (): void => {
    count += 1
  }
  process.on('uncaughtException', onUncaught)
  process.on('unhandledRejection', onUncaught)
  return {
    stop: () => {
      process.off('uncaughtException', onUncaught)
      process.off('unhandledRejection', onUncaught)
      return count
    },
  }
}
