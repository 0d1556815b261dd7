import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createGraphClient } from '../support/client.ts'

const script = fileURLToPath(new URL('../../dev/src/start.ts', import.meta.url))

interface Launched {
  readonly child: ChildProcess
  /** Everything printed so far. */
  output(): string
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>
}

const launch = (environment: Record<string, string>, ...args: string[]): Launched => {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH, HOME, NODE_COMPILE_CACHE, NODE_ENV: 'development', APOLLO_TELEMETRY_DISABLED: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  return { child, output: () => output, ended: once(child, 'close').then(([code]) => code) }
}

const untilReady = async (launched: Launched): Promise<string> => {
  await expect
    .poll(() => launched.child.exitCode !== null || /Ctrl-C/.test(launched.output()), { timeout: 90_000 })
    .toBe(true)
  const url = /http:\/\/localhost:\d+\/graphql/.exec(launched.output())?.[0]
  if (!url) throw new Error(`the start failed: ${launched.output()}`)
  return url
}

describe('faults of the start are one clear line, and exit code 1', () => {
  const cases: readonly [string, Record<string, string>, string[], RegExp][] = [
    ['nobody listens', { DATABASE_URL: 'postgres://postgres@127.0.0.1:1/postgres' }, [], /127\.0\.0\.1:1/],
    ['no URL', { DATABASE_URL: 'localhost' }, [], /DATABASE_URL: must look like postgres:/],
    ['half of Stripe', { STRIPE_SECRET_KEY: 'sk_test_1' }, [], /STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET together/],
    ['no number', {}, ['--size', 'many'], /--size needs a whole number/],
  ]
  test.each(cases)('%s', async (_, environment, args, message) => {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'gigraph-start-fault-'))
    const launched = launch({ DATA_DIRECTORY: dataDirectory, ...environment }, ...args)
    expect(await launched.ended).toBe(1)
    expect(launched.output()).toMatch(message)
    expect(launched.output()).not.toMatch(/\n\s+at /)
    rmSync(dataDirectory, { recursive: true, force: true })
  })
})

// Four starts of everything, which together take two minutes on a machine that does much else.
describe('npm start', { timeout: 240_000 }, () => {
  let dataDirectory: string
  let running: Launched | undefined
  beforeAll(() => {
    dataDirectory = mkdtempSync(join(tmpdir(), 'gigraph-start-'))
  })
  afterAll(async () => {
    running?.child.kill('SIGINT')
    await running?.ended
    rmSync(dataDirectory, { recursive: true, force: true })
  })

  const start = async () => {
    running = launch({ DATA_DIRECTORY: dataDirectory })
    return untilReady(running)
  }
  const demoOrders = async (url: string) => {
    const { user } = await createGraphClient(url, null).query(
      '{ user(handle: "maya-lindqvist") { id displayName gigs { nodes { id } } } }',
    )
    return user
  }

  test('shows a marketplace, whole also after a kill -9 in the middle of its making, keeps it over Ctrl-C and kill -9, and takes other ports', async () => {
    const taken = createServer().listen(4000, '127.0.0.1')
    // Somebody else may have the port: then it is taken all the same.
    await once(taken, 'listening').catch(() => undefined)
    const killed = launch({ DATA_DIRECTORY: dataDirectory })
    const mark = join(dataDirectory, 'demo-unfinished')
    await expect.poll(() => existsSync(mark) || killed.child.exitCode !== null, { timeout: 90_000 }).toBe(true)
    killed.child.kill('SIGKILL')
    await killed.ended

    const first = await start()
    expect(running?.output()).toContain('they are written anew')
    expect(existsSync(mark)).toBe(false)
    expect(first).not.toBe('http://localhost:4000/graphql')
    for (const word of [
      'Playground',
      'Service reviews',
      'Mailbox',
      'Stripe',
      'Jobs',
      'client@gigraph.example',
      'admin@gigraph.example',
    ])
      expect(running?.output()).toContain(word)
    const maya = await demoOrders(first)
    expect(maya.gigs.nodes.length).toBeGreaterThan(1)

    running?.child.kill('SIGINT')
    expect(await running?.ended).toBe(0)
    expect(await demoOrders(await start())).toEqual(maya)

    running?.child.kill('SIGKILL')
    await running?.ended
    expect(await demoOrders(await start())).toEqual(maya)
    taken.close()
  })
})
