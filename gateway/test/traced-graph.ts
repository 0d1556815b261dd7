import { readFileSync } from 'node:fs'
import { Writable } from 'node:stream'
import { defineJob } from '@gigraph/shared/jobs'
import { bind, type RunningService, type SubgraphDefinition, startService } from '@gigraph/shared/service'
import { createTestDatabase, ensureTestJobs, recordSpans } from '@gigraph/shared/testing'
import { exportJWK, generateKeyPair } from 'jose'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { noteService, noteWritten } from '../../shared/test/note-service/src/index.ts'
import { createGateway, type GatewayOptions } from '../src/index.ts'
import { compose } from '../src/supergraph/compose.ts'
import type { LogLine } from './start-gateway.ts'
import { AUDIENCE, createKey, createToken, ISSUER, serveKeys } from './tokens.ts'

const { handle, implementJob } = bind<Parameters<NonNullable<(typeof noteService)['jobs']>[number]['run']>[0]>()

/** What the second service does about a note, apart from its reaction. */
const tellAuthor = defineJob({ name: 'tell-author', queue: 'echo', schema: z.object({ noteId: z.uuid() }) })

/** A service that hears of notes and orders a job for each. */
const echoService = {
  ...noteService,
  name: 'echo',
  handlers: [handle(noteWritten, 'order', (ctx, tx, { noteId }) => ctx.enqueue(tx, tellAuthor, { noteId }))],
  jobs: [implementJob(tellAuthor, async (ctx, { noteId }) => ctx.log.info({ noteId }, 'the author was told'))],
}

const sdl = [
  '../../shared/src/graphql/common.graphql',
  '../../shared/src/graphql/federation.graphql',
  '../../shared/test/note-service/src/note.graphql',
]
  .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
  .join('\n')

const SERVICE_SECRET = 'a secret of the tests, of no worth elsewhere'

/** Log lines of several programs, as parsed JSON. */
const collectLogs = () => {
  const lines: LogLine[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)) as LogLine)
      done()
    },
  })
  return { lines, logOf: (name: string) => pino({ name, level: 'debug' }, sink) }
}

/** A gateway, the service of notes and one that reacts to them, apart but for the process; everything that they do is traced. */
export const startTracedGraph = async (transport: 'http' | 'local') => {
  const recorder = await recordSpans()
  const { lines, logOf } = collectLogs()
  const assertionKeys = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const ends: (() => Promise<unknown>)[] = [recorder.stop]
  onTestFinished(async () => {
    for (const end of ends.reverse()) await end()
  })
  const jobs = await ensureTestJobs()
  ends.push(jobs.drop)

  const start = async (definition: SubgraphDefinition) => {
    const database = await createTestDatabase(noteService)
    ends.push(() => database.drop())
    const service = (await startService(definition, {
      environment: {
        DATABASE_URL: database.url,
        MIGRATION_DATABASE_URL: database.ownerUrl,
        JOBS_DATABASE_URL: jobs.url,
        VIEWER_ASSERTION_PUBLIC_KEY: JSON.stringify(await exportJWK(assertionKeys.publicKey)),
        SERVICE_SECRET,
      },
      log: logOf(definition.name),
      routes: { 'note.written': ['echo'] },
    })) as unknown as RunningService
    ends.push(() => service.close())
    return service
  }
  const notes = await start({ ...noteService, handlers: [] } as unknown as SubgraphDefinition)
  await start(echoService as unknown as SubgraphDefinition)

  const supergraph = compose([{ name: 'notes', url: 'http://notes.test/graphql', sdl }])
  if (supergraph.errors) throw new Error(supergraph.errors.join('\n'))
  const key = await createKey('key-1')
  const issuer = await serveKeys([key])
  const gateway = await createGateway({
    supergraph: { sdl: supergraph.supergraphSdl },
    services: { notes: transport === 'http' ? { url: `${notes.url}/graphql` } : { local: notes } },
    auth: { jwks: issuer.url, issuer: ISSUER, audience: AUDIENCE },
    assertionKey: (await exportJWK(assertionKeys.privateKey)) as NonNullable<GatewayOptions['assertionKey']>,
    port: 0,
    log: logOf('gateway'),
  })
  ends.push(() => gateway.close())
  const token = await createToken(key, { claims: { sub: crypto.randomUUID() } })
  recorder.forget()
  return {
    spans: recorder.spans,
    lines,
    token,
    post: async (query: string, variables: object, headers: Record<string, string> = {}) => {
      const response = await fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
        body: JSON.stringify({ query, variables }),
      })
      return (await response.json()) as { readonly data?: unknown; readonly errors?: unknown }
    },
  }
}
