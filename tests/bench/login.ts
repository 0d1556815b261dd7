import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '@gigraph/dev/postgres'
import { identityService } from '@gigraph/identity'
import { seedIdentity } from '@gigraph/identity/seed'
import { ensureDatabase } from '@gigraph/shared/database'
import { startService } from '@gigraph/shared/service'
import { makeId } from '@gigraph/shared/time'

/**
 * `pnpm bench:login --pairs 200`: whether the time of an answer tells if an address has an account. Known and unknown addresses in
 * turn, in random order within each pair, so that whatever else the machine does falls on both; of each the median. On a PostgreSQL of
 * its own, which is removed at the end.
 */

const { values: given } = parseArgs({ options: { pairs: { type: 'string', default: '200' } } })
const PAIRS = Number(given.pairs)
const BOUND = 0.1

const say = (line: string) => process.stdout.write(`${line}\n`)
const silent = () => undefined
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const PASSWORD = 'four quiet otters swim'
const operations: Readonly<Record<string, { query: string; input: (email: string, index: number) => object }>> = {
  login: {
    query: 'mutation ($input: LoginInput!) { login(input: $input) { userErrors { code } } }',
    input: (email) => ({ email, password: 'not the password at all' }),
  },
  requestPasswordReset: {
    query:
      'mutation ($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { userErrors { code } } }',
    input: (email) => ({ email }),
  },
  resendVerificationEmail: {
    query:
      'mutation ($input: ResendVerificationEmailInput!) { resendVerificationEmail(input: $input) { userErrors { code } } }',
    input: (email) => ({ email }),
  },
  register: {
    query: 'mutation ($input: RegisterInput!) { register(input: $input) { userErrors { code } } }',
    input: (email, index) => ({
      role: 'CLIENT',
      email,
      password: 'seven loud herons sing',
      handle: `bench-${index}`,
      displayName: 'Bench',
      acceptTerms: true,
    }),
  },
}

const dataDirectory = mkdtempSync(join(tmpdir(), 'gigraph-bench-postgres-'))
const log = { debug: silent, info: silent, error: say }
const server = await startPostgres({ dataDirectory, port: 0, password: 'bench-only', persistent: false, log })
try {
  const url = new URL(server.url)
  url.pathname = '/bench_identity'
  await ensureDatabase({ adminUrl: server.url, name: 'bench_identity' })
  const { publicKey } = generateKeyPairSync('ed25519')
  const service = await startService(identityService, {
    environment: {
      PORT: '0',
      LOG_LEVEL: 'fatal',
      DATABASE_URL: url.href,
      JOBS_DATABASE_URL: url.href,
      VIEWER_ASSERTION_PUBLIC_KEY: JSON.stringify(publicKey.export({ format: 'jwk' })),
      ...Object.fromEntries(
        (identityService.calls ?? []).map((peer) => [`${peer.toUpperCase()}_URL`, 'http://127.0.0.1:9']),
      ),
      SERVICE_SECRET: 'a secret of the benchmark, of no worth elsewhere',
      CODE_HMAC_SECRET: 'a secret of the benchmark: codes, of no worth',
      KEY_ENCRYPTION_SECRET: 'a secret of the benchmark: keys, of no worth',
    },
    background: false,
  })
  const people = Array.from({ length: PAIRS }, (_, index) => ({
    id: makeId(),
    email: `known-${index}@example.com`,
    handle: `known-${index}`,
    displayName: 'Known',
    roles: ['CLIENT'] as const,
    password: PASSWORD,
  }))
  await seedIdentity(service.systemContext(), people)

  let handles = 0
  for (const [name, { query, input }] of Object.entries(operations)) {
    const timed = async (email: string): Promise<number> => {
      handles += 1
      const variables = { input: input(email, handles) }
      const startedAt = performance.now()
      const { errors } = await service.execute({
        query,
        variables,
        caller: { viewer: null, address: '127.0.0.1', userAgent: 'bench' },
        requestId: makeId(),
      })
      if (errors) throw new Error(JSON.stringify(errors))
      return performance.now() - startedAt
    }
    for (let index = 0; index < 10; index += 1) await timed(`warm-up-${name}-${index}@example.com`)
    const [known, unknown]: [number[], number[]] = [[], []]
    for (const [index, { email }] of people.entries()) {
      const nobody = `unknown-${name}-${index}@example.com`
      const turns = [async () => known.push(await timed(email)), async () => unknown.push(await timed(nobody))]
      if (Math.random() < 0.5) turns.reverse()
      for (const turn of turns) await turn()
    }
    const ratio = median(known) / median(unknown)
    const verdict = Math.abs(ratio - 1) <= BOUND ? 'within 10 %' : 'NOT within 10 %'
    say(
      `${name}: known ${median(known).toFixed(2)} ms, unknown ${median(unknown).toFixed(2)} ms, ratio ${ratio.toFixed(3)}, ${verdict}`,
    )
    if (Math.abs(ratio - 1) > BOUND) process.exitCode = 1
  }
  await service.close()
} finally {
  await server.stop()
  rmSync(dataDirectory, { recursive: true, force: true })
}
