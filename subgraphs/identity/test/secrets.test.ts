import { openDatabase } from '@gigraph/shared/database'
import { outbox } from '@gigraph/shared/events'
import { createLogger } from '@gigraph/shared/logging'
import { startService } from '@gigraph/shared/service'
import { createTestDatabase, recordSpans } from '@gigraph/shared/testing'
import { sql } from 'drizzle-orm'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { askedServices } from '../src/export/archive.ts'
import { identityService } from '../src/index.ts'
import { startMailSink } from './mail-sink.ts'
import { Login, VerifyMfa, viewerOf } from './start-identity.ts'

/** The whole way with the real relay, queues and workers, on the machine's clock. */
const start = async () => {
  const traces = await recordSpans()
  const mail = await startMailSink()
  const database = await createTestDatabase(identityService)
  const { publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const lines: string[] = []
  const log = createLogger({ name: 'identity', level: 'trace' })
  // pino writes to the file descriptor itself: only its stream can be listened to.
  const stream = Object.getOwnPropertySymbols(log).find(({ description }) => description === 'pino.stream')
  if (!stream) throw new Error('pino has no stream any more')
  Object.defineProperty(log, stream, { value: { write: (line: string) => lines.push(line) } })
  const service = await startService(identityService, {
    environment: {
      DATABASE_URL: database.url,
      MIGRATION_DATABASE_URL: database.ownerUrl,
      JOBS_DATABASE_URL: database.ownerUrl,
      VIEWER_ASSERTION_PUBLIC_KEY: JSON.stringify(await exportJWK(publicKey)),
      ...Object.fromEntries(askedServices.map((peer) => [`${peer.toUpperCase()}_URL`, 'http://127.0.0.1:9'])),
      SERVICE_SECRET: 'a secret of the tests, of no worth elsewhere',
      CODE_HMAC_SECRET: 'a secret of the tests: codes, of no worth elsewhere',
      KEY_ENCRYPTION_SECRET: 'a secret of the tests: keys, of no worth elsewhere',
      SMTP_URL: mail.url,
    },
    log,
  })
  return {
    mail,
    service,
    lines,
    database,
    traces,
    close: async () => {
      await service.close()
      await database.drop()
      await mail.close()
      await traces.stop()
    },
  }
}

let running: Awaited<ReturnType<typeof start>>
beforeAll(async () => {
  running = await start()
})
afterAll(() => running.close())

test('mails go out through the queue, and no code, token, key or password stands in jobs, events, logs, traces or errors', async () => {
  const { service, mail, lines, traces } = running
  const secrets: string[] = []
  const keep = (secret: string): string => {
    secrets.push(secret)
    return secret
  }
  const run = async (
    query: string,
    input: Record<string, unknown>,
    viewer: ReturnType<typeof viewerOf> | null = null,
  ) => {
    const caller = { viewer, address: '127.0.0.1', userAgent: 'vitest' }
    const { data, errors } = await service.execute({ query, variables: { input }, caller, requestId: 'test' })
    expect(errors).toBeUndefined()
    // biome-ignore lint/suspicious/noExplicitAny: the shape is that of the document
    return data as any
  }
  const email = 'queue@example.com'
  const password = keep('nineteen brave owls hoot')
  const arrived = (subject: string) => vi.waitFor(() => mail.newest(email, subject), { timeout: 20_000, interval: 50 })

  await run('mutation ($input: RegisterInput!) { register(input: $input) { email } }', {
    role: 'CLIENT',
    email,
    password,
    handle: 'queue',
    displayName: 'Quinn',
    acceptTerms: true,
  })
  await arrived('Verify your e-mail address')
  await run('mutation ($input: VerifyEmailInput!) { verifyEmail(input: $input) { user { id } } }', {
    token: keep(mail.token(email, 'Verify your e-mail address')),
  })
  const { login } = await run(Login, { email, password })
  await arrived('Your Gigraph code')
  const code = mail.code(email)
  const { verifyMfa } = await run(VerifyMfa, { challengeId: login.challenge.id, code, trustDevice: true })
  const { accessToken, refreshToken } = verifyMfa.tokens
  for (const secret of [accessToken, refreshToken, verifyMfa.deviceToken]) keep(secret)
  const viewer = viewerOf(accessToken)
  const created = await run(
    'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
    { name: 'robot', scopes: [] },
    viewer,
  )
  keep(created.createApiKey.secret)
  const app = await run('mutation { beginTotp { setup { secret } } }', {}, viewer)
  keep(app.beginTotp.setup.secret)
  await run('mutation ($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { email } }', {
    email,
  })
  await arrived('Choose a new password')
  keep(mail.token(email, 'Choose a new password'))
  // A failure that is logged whole: the database refuses the statement with all its values.
  const failed = await withoutHandles(() =>
    service.execute({
      query: `{ user(handle: "${keep('a-password-in-the-wrong-field')}") { id } }`,
      caller: { viewer: null, address: '', userAgent: '' },
      requestId: 'test',
    }),
  )

  const { db } = service.systemContext()
  const written = JSON.stringify(await db.select().from(outbox))
  const jobs = await jobData()
  expect(jobs.length).toBeGreaterThan(3)
  const logged = lines.join('')
  const traced = JSON.stringify(traces.spans())
  // The control: the spans are those of this walk, down to its statements.
  expect(traced).toContain('job send-mfa-code')
  expect(traced).toContain('insert into')
  // A wrong code is told of without being repeated, and a token of no use neither.
  const wrong = { challengeId: login.challenge.id, code: keep('000000-wrong-code') }
  const told = JSON.stringify([
    failed,
    await run(VerifyMfa, wrong),
    await run('mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { userErrors { message } } }', {
      token: keep('a-token-that-leads-nowhere-at-all'),
      newPassword: keep('thirteen odd herons wade'),
    }),
  ])
  expect(logged).toContain('unexpected error in a resolver')
  for (const [name, text] of Object.entries({
    outbox: written,
    jobs: JSON.stringify(jobs),
    logs: logged,
    traces: traced,
    errors: told,
  })) {
    for (const secret of secrets) expect(text.includes(secret), `${name} holds ${secret}`).toBe(false)
    expect(new RegExp(`(?<![\\w-])${code}(?![\\w-])`).test(text), `${name} holds the code`).toBe(false)
  }
})

/** Does something while a column is missing. */
const withoutHandles = async <T>(run: () => Promise<T>): Promise<T> => {
  const owner = openDatabase({
    url: running.database.ownerUrl,
    applicationName: 'test',
    maxConnections: 1,
    log: createLogger({ name: 'test', level: 'silent' }),
  })
  await owner.db.execute(sql`alter table users rename column handle to handle_away`)
  try {
    return await run()
  } finally {
    await owner.db.execute(sql`alter table users rename column handle_away to handle`)
    await owner.close()
  }
}

/** What BullMQ keeps of the jobs. */
const jobData = async (): Promise<unknown[]> => {
  const { openJobs } = await import('@gigraph/shared/jobs')
  const jobs = openJobs({
    databaseUrl: running.database.ownerUrl,
    applicationName: 'test',
    workers: 0,
    log: createLogger({ name: 'test', level: 'silent' }),
  })
  const found = await jobs.queue('mail').getJobs()
  await jobs.close()
  return found.map((job) => ({ name: job.name, data: job.data as unknown }))
}
