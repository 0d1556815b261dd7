import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'

const BOOTSTRAP = fileURLToPath(new URL('./bootstrap.mjs', import.meta.url))

let directory: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'gigraph-bootstrap-'))
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

const script = (name: string, source: string): string => {
  const file = join(directory, name)
  writeFileSync(file, source)
  return file
}

const bootstrap = (args: string[], env: NodeJS.ProcessEnv = {}): ChildProcess => {
  const { NODE_ENV: _, ...inherited } = process.env
  return spawn(process.execPath, [BOOTSTRAP, ...args], { env: { ...inherited, ...env } })
}

const outcome = async (child: ChildProcess) => {
  const [output, complaint, [code]] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
    once(child, 'close') as Promise<[number | null]>,
  ])
  return { output, complaint, code }
}

const REPORT = `const version: string = process.version
console.log(JSON.stringify([version, process.argv.slice(2), process.env.NODE_ENV, process.env.APOLLO_TELEMETRY_DISABLED]))`

it('runs a TypeScript file on the pinned Node with its arguments and its environment', async () => {
  const file = script('report.ts', REPORT)
  const ran = await outcome(bootstrap([file, '--size', '1000']))
  expect(JSON.parse(ran.output)).toEqual(['v26.10.0', ['--size', '1000'], 'development', '1'])
  const chosen = await outcome(bootstrap([file], { NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: 'true' }))
  expect(JSON.parse(chosen.output)).toEqual(['v26.10.0', [], 'production', 'true'])
})

it('ends as the script ends', async () => {
  expect((await outcome(bootstrap([script('three.ts', 'process.exit(3)')]))).code).toBe(3)
  expect((await outcome(bootstrap([script('killed.ts', `process.kill(process.pid, 'SIGKILL')`)]))).code).toBe(137)
  expect(await outcome(bootstrap([]))).toMatchObject({ code: 1, complaint: expect.stringMatching(/usage: /) })
})

it.each(['SIGINT', 'SIGTERM'] as const)('passes %s on and waits for the end', async (signal) => {
  const file = script(
    'wait.ts',
    `process.once('${signal}', () => { console.log('${signal}'); process.exitCode = 5; clearInterval(timer) })
     const timer = setInterval(() => undefined, 1000)
     console.log('ready')`,
  )
  const child = bootstrap([file])
  child.stdout?.once('data', () => child.kill(signal))
  expect(await outcome(child)).toMatchObject({ output: `ready\n${signal}\n`, code: 5 })
})
