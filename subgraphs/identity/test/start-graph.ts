import { fileURLToPath } from 'node:url'
import { createAuthority, createGateway, type Gateway } from '@gigraph/gateway'
import { createLogger } from '@gigraph/shared/logging'
import { startService } from '@gigraph/shared/service'
import { createTestDatabase } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { exportJWK, generateKeyPair } from 'jose'
import { identityService } from '../src/index.ts'
import { type SeedUser, seedIdentity } from '../src/seed.ts'
import { startMailSink } from './mail-sink.ts'
import { runWaitingJobs } from './run-waiting-jobs.ts'
import { PASSWORD } from './start-identity.ts'

export const SUPERGRAPH = fileURLToPath(new URL('../../../gateway/supergraph.graphql', import.meta.url))
const ISSUER = 'https://gigraph.test'
const AUDIENCE = 'gigraph'

/** An origin whose pages may call, beside the gateway's own. */
export const APP = 'https://app.gigraph.test'

/** What came back over HTTP. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: answers have the shape of the test's own document
  readonly body: { readonly data?: any; readonly errors?: { readonly extensions: Record<string, unknown> }[] }
}

interface GraphOptions {
  /** Of the gateway in identity's process; any free one when absent. */
  readonly port?: number
  /** More of identity's variables. */
  readonly environment?: Readonly<Record<string, string>>
}

/** Identity on the machine's clock behind two gateways: one in its process, one that reaches it over HTTP. */
export const startGraph = async (options: GraphOptions = {}) => {
  const mail = await startMailSink()
  const database = await createTestDatabase(identityService)
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const environment = {
    DATABASE_URL: database.url,
    MIGRATION_DATABASE_URL: database.ownerUrl,
    JOBS_DATABASE_URL: database.ownerUrl,
    VIEWER_ASSERTION_PUBLIC_KEY: JSON.stringify(await exportJWK(publicKey)),
    ...Object.fromEntries(
      (identityService.calls ?? []).map((peer) => [`${peer.toUpperCase()}_URL`, 'http://127.0.0.1:9']),
    ),
    SERVICE_SECRET: 'a secret of the tests, of no worth elsewhere',
    CODE_HMAC_SECRET: 'a secret of the tests: codes, of no worth elsewhere',
    KEY_ENCRYPTION_SECRET: 'a secret of the tests: keys, of no worth elsewhere',
    SMTP_URL: mail.url,
    APP_URL: ISSUER,
    LOG_LEVEL: 'fatal',
    ...options.environment,
  }
  const log = createLogger({ name: 'identity', level: 'fatal' })
  const service = await startService(identityService, { environment, log, background: false })
  const context = service.systemContext()
  const assertionKey = await exportJWK(privateKey)

  const gateway = (location: { local: typeof service } | { url: string }, port = 0): Promise<Gateway> =>
    createGateway({
      supergraph: { file: SUPERGRAPH },
      services: { identity: location },
      port,
      assertionKey,
      auth: {
        jwks: `${service.url}/.well-known/jwks.json`,
        issuer: ISSUER,
        audience: AUDIENCE,
        ...createAuthority({
          procedures: ({ procedure, input, requestId }) => service.procedure(procedure, input, requestId),
          service: 'identity',
          log,
        }),
      },
      origins: [APP],
      cookieService: 'identity',
      log,
    })
  const gateways = {
    local: await gateway({ local: service }, options.port),
    http: await gateway({ url: `${service.url}/graphql` }),
  }
  let people = 0

  const runJobs = () => runWaitingJobs(context, service)

  return {
    environment,
    service,
    context,
    mail,
    gateways,
    runJobs,
    createUser: async (values: Partial<SeedUser> = {}): Promise<SeedUser> => {
      people += 1
      const user: SeedUser = {
        id: makeId(),
        email: `graph-${people}@example.com`,
        handle: `graph-${people}`,
        displayName: `Person ${people}`,
        roles: ['CLIENT'],
        password: PASSWORD,
        ...values,
      }
      await seedIdentity(context, [user])
      return user
    },
    close: async () => {
      await Promise.all(Object.values(gateways).map((each) => each.close()))
      await service.close()
      await database.drop()
      await mail.close()
    },
  }
}

export type Graph = Awaited<ReturnType<typeof startGraph>>

/** Posts an operation. */
export const post = async (
  url: string,
  { query, variables = {} }: { readonly query: string; readonly variables?: Readonly<Record<string, unknown>> },
  headers: Record<string, string> = {},
): Promise<Answer> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] }
}
