import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Profiler } from 'node:inspector'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startPostgres } from '@gigraph/dev/postgres'
import { cases, Search, type Variables } from './cases.ts'
import { type Measured, measure, summarize } from './measure.ts'
import { printProfile } from './profile.ts'
import { report } from './report.ts'
import type { Statement } from './system-process.ts'

/**
 * `pnpm bench:search --size 100000 --rounds 5`: `searchGigs` through the gateway of the whole system in one process, against a
 * bare endpoint that runs the same SQL for the gigs alone. On a PostgreSQL of its own, which is removed at the end;
 * `--database URL` names another one, whose databases `bench_*` are made once and kept. `--profile` tells afterwards where the system's
 * own time goes.
 */

const { values: given } = parseArgs({
  options: {
    size: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '5' },
    database: { type: 'string' },
    profile: { type: 'boolean', default: false },
  },
})
const ROUNDS = Number(given.rounds)
const CLIENTS_FOR_CPU = 4
/** Passes that only warm up: until V8 has compiled what runs often, a request costs twice as much. */
const WARM_UP = 6

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url))
const say = (line: string) => process.stdout.write(`${line}\n`)
const silent = () => undefined

const start = async <T>(file: string, ...args: string[]): Promise<{ child: ChildProcess; ready: T }> => {
  const child = fork(here(file), args, { serialization: 'advanced', env: { ...process.env, NODE_ENV: 'production' } })
  const failed = once(child, 'exit').then(() => {
    throw new Error(`${file} ended before it was ready`)
  })
  const [ready] = (await Promise.race([once(child, 'message'), failed])) as [T]
  return { child, ready }
}

const ask = async <T>(child: ChildProcess, question: unknown): Promise<T> => {
  const answer = once(child, 'message')
  child.send(question as string)
  return (await answer)[0] as T
}

const stop = async (child: ChildProcess): Promise<void> => {
  const ended = once(child, 'exit')
  child.send('stop')
  await ended
}

/** One variant of a case, through the gateway and from the bare endpoint. */
interface Work {
  readonly name: string
  readonly statements: number
  readonly ours: () => Promise<void>
  readonly bare: () => Promise<void>
}

const dataDirectory = mkdtempSync(join(tmpdir(), 'gigraph-bench-postgres-'))
const log = { debug: silent, info: silent, error: say }
const server = given.database
  ? null
  : await startPostgres({ dataDirectory, port: 0, password: 'bench-only', persistent: false, log })
const children: ChildProcess[] = []
try {
  const startSystem = () =>
    start<{ graphqlUrl: string; marketplaceUrl: string; seedSeconds: number }>(
      'system-process.ts',
      server?.url ?? given.database ?? '',
      given.size,
    )
  // A process that has written so much is not like one that only serves: the measured one is started after it.
  const seeding = await startSystem()
  say(`Seeded the demo and ${given.size} gigs in ${seeding.ready.seedSeconds.toFixed(1)} s.`)
  await stop(seeding.child)
  const system = await startSystem()
  children.push(system.child)
  const bare = await start<{ url: string }>('bare-process.ts', system.ready.marketplaceUrl)
  children.push(bare.child)

  const throughGateway = async (variables: Variables): Promise<void> => {
    const response = await fetch(system.ready.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: Search, variables }),
    })
    const text = await response.text()
    if (response.status !== 200 || text.includes('"errors"')) throw new Error(text.slice(0, 500))
  }
  const works: Work[] = []
  for (const { name, variants } of cases) {
    for (const [index, variables] of variants.entries()) {
      // Once before: what is kept from the first time on is not the statement's.
      await throughGateway(variables)
      await ask(system.child, 'record')
      await throughGateway(variables)
      const { statements } = await ask<{ statements: Statement[] }>(system.child, 'recorded')
      const key = `${cases.findIndex((each) => each.name === name)}-${index}`
      await ask(bare.child, { key, statements })
      const alone = async () => {
        const response = await fetch(`${bare.ready.url}/search/${key}`)
        const text = await response.text()
        if (response.status !== 200) throw new Error(text.slice(0, 500))
      }
      works.push({ name, statements: statements.length, ours: () => throughGateway(variables), bare: alone })
    }
  }
  const targets = {
    ours: { run: (index: number) => works[index]?.ours(), cpu: () => ask<NodeJS.CpuUsage>(system.child, 'cpu') },
    bare: { run: (index: number) => works[index]?.bare(), cpu: () => ask<NodeJS.CpuUsage>(bare.child, 'cpu') },
  }
  const measured: Measured[] = []
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1)
    for (const [target, { run, cpu }] of Object.entries(targets))
      for (const clients of round < WARM_UP ? [CLIENTS_FOR_CPU] : [1, CLIENTS_FOR_CPU]) {
        const taken = await measure({ target, clients, works: works.length, run, cpu })
        if (round >= WARM_UP) measured.push(taken)
      }
  report(
    works.map(({ name, statements }) => ({ name, statements })),
    summarize(measured),
  )
  if (given.profile) {
    await ask(system.child, 'profile')
    await measure({ target: 'profiled', clients: CLIENTS_FOR_CPU, works: works.length, ...targets.ours })
    printProfile(await ask<Profiler.Profile>(system.child, 'profiled'))
  }
} finally {
  for (const child of children) if (child.exitCode === null) await stop(child)
  await server?.stop()
  rmSync(dataDirectory, { recursive: true, force: true })
}
