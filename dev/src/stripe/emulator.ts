import type { Clock } from '@gigraph/shared/time'
import fastify, { type FastifyInstance } from 'fastify'
import qs from 'qs'
import { refuseOtherHosts } from '../hosts/index.ts'
import { registerApi } from './api.ts'
import { expireDueSessions } from './checkout.ts'
import type { RetryPolicy } from './delivery.ts'
import type { Emulation, Rules } from './emulation.ts'
import { EventLog } from './event-log.ts'
import { Gate } from './gate.ts'
import { IdempotencyKeys } from './idempotency.ts'
import { type Levers, makeLevers } from './levers.ts'
import { registerPages } from './pages/routes.ts'
import { readState, StateWriter } from './state-file.ts'
import { Store } from './store.ts'
import { Webhooks } from './webhooks.ts'

const SWEEP_MS = 15_000
const EVENTS_KEPT_SECONDS = 30 * 86_400

/** Where the emulator writes what happens; a pino logger fits. */
export interface EmulatorLog {
  info(detail: object, message: string): void
  warn(detail: object, message: string): void
  error(detail: object, message: string): void
}

/** Options of {@link startStripeEmulator}. */
export interface StripeEmulatorOptions {
  /** 0 takes a free one. */
  port: number
  host?: string
  /** The key that clients send; it must begin with `sk_test_`. */
  secretKey: string
  /** Where events go; without it they are only kept. `webhooks.setUrl` changes it. */
  webhookUrl?: string | undefined
  webhookSecret: string
  /** JSON file in which everything survives a restart. */
  stateFile?: string | undefined
  /** Base of the hosted pages as browsers see it; the address listened on when absent. */
  publicUrl?: string | undefined
  log?: EmulatorLog
  clock?: Clock
  rules?: Partial<Rules>
  retry?: RetryPolicy
}

/** A running emulator. */
export interface StripeEmulator {
  /** Base address, such as `http://127.0.0.1:4010`. */
  url: string
  port: number
  /** The options that make the `stripe` SDK talk to it. */
  sdkOptions: { host: string; port: number; protocol: 'http' }
  webhooks: Webhooks
  /** Stops or breaks requests to the API. */
  requests: Gate
  levers: Levers
  /** Writes the state and stops. */
  close(): Promise<void>
}

function makeServer(log: EmulatorLog | undefined): FastifyInstance {
  const app = fastify({
    bodyLimit: 1_048_576,
    forceCloseConnections: true,
    routerOptions: { querystringParser: (text) => qs.parse(text, { arrayLimit: 100, depth: 8 }), maxParamLength: 200 },
  })
  const asText = { parseAs: 'string' } as const
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/x-www-form-urlencoded', asText, (_request, body, done) => {
    done(null, qs.parse(String(body), { arrayLimit: 100, depth: 8, parameterLimit: 2000 }))
  })
  app.setErrorHandler((error, request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
    if (status >= 500) log?.error({ err: error, method: request.method, url: request.url }, 'Stripe emulator failed')
    const message = status >= 500 ? 'An unknown error occurred.' : String((error as Error).message)
    const type = status >= 500 ? 'api_error' : 'invalid_request_error'
    return reply.code(status).send({ error: { type, message } })
  })
  return app
}

// Stripe lists events for 30 days only (https://docs.stripe.com/api/events).
function forgetOldEvents(store: Store, now: number): void {
  for (const { value } of store.listAll('event')) {
    if (value.created < now - EVENTS_KEPT_SECONDS) store.remove('event', value.id)
  }
}

/** Effects that wait for the end of the present operation; each may leave further ones. */
function makeAgenda() {
  const effects: (() => void)[] = []
  return {
    add: (effect: () => void) => void effects.push(effect),
    run: () => {
      for (let effect = effects.shift(); effect; effect = effects.shift()) effect()
    },
  }
}

/** Objects and keys, from the state file when there is one, and its writer. */
function openState({ stateFile }: StripeEmulatorOptions, now: () => number) {
  const store = new Store(() => writer?.touch())
  const keys = new IdempotencyKeys(now)
  const state = stateFile ? readState(stateFile) : undefined
  const writer = stateFile
    ? new StateWriter(stateFile, () => ({ ...store.snapshot(), idempotency: keys.snapshot() }))
    : undefined
  if (state) {
    store.restore(state)
    keys.restore(state.idempotency)
    forgetOldEvents(store, now())
  }
  return { store, keys, writer }
}

const makeWebhooks = (options: StripeEmulatorOptions, store: Store, now: () => number) =>
  new Webhooks({
    url: options.webhookUrl,
    secret: options.webhookSecret,
    retry: options.retry,
    // Receivers refuse old signatures by their own clock, real or a test's: the later one satisfies both.
    timestamp: () => Math.max(now(), Math.floor(Date.now() / 1000)),
    findEvent: (id) => store.findOptional('event', id),
    onSettled: (id, result) => {
      if (!result.delivered) options.log?.warn({ ...result }, 'Stripe event given up')
      else if (store.findOptional('event', id)) store.change('event', id, { pending_webhooks: 0 })
    },
  })

async function listen(app: FastifyInstance, port: number, host: string): Promise<number> {
  await app.listen({ port, host })
  const address = app.server.address()
  return typeof address === 'object' && address ? address.port : port
}

/**
 * Starts a Stripe that runs on this machine: API, hosted pages, webhooks.
 *
 * @throws Error when the key is not a test key, the port is taken, or the state file cannot be understood.
 */
export async function startStripeEmulator(options: StripeEmulatorOptions): Promise<StripeEmulator> {
  const { host = '127.0.0.1', secretKey, log } = options
  if (!secretKey.startsWith('sk_test_')) throw new Error('The Stripe emulator takes only keys that begin with sk_test_')
  const now = () => Math.floor((options.clock?.now().getTime() ?? Date.now()) / 1000)
  const { store, keys, writer } = openState(options, now)
  const webhooks = makeWebhooks(options, store, now)
  const agenda = makeAgenda()
  let url = ''
  const emulation: Emulation = {
    store,
    events: new EventLog(store, now, (event) => webhooks.enqueue(event.id)),
    rules: { settlementSeconds: 0, bookCharges: true, settlePayouts: true, ...options.rules },
    now,
    publicUrl: () => (options.publicUrl ?? url).replace(/\/$/, ''),
    afterwards: agenda.add,
  }
  const requests = new Gate()
  const levers = makeLevers(emulation, agenda.run)
  const app = makeServer(log)
  refuseOtherHosts(app, host, ...(options.publicUrl ? [new URL(options.publicUrl).host] : []))
  registerApi(app, { emulation, keys, gate: requests, secretKey, runAfterwards: agenda.run })
  registerPages(app, { emulation, levers, webhooks, runAfterwards: agenda.run })
  const port = await listen(app, options.port, host)
  url = `http://${host}:${port}`
  for (const { value } of store.listAll('event')) if (value.pending_webhooks > 0) webhooks.resend(value.id)
  const sweep = setInterval(() => expireDueSessions(emulation), SWEEP_MS)
  sweep.unref()
  log?.info({ url }, 'Stripe emulator listening')
  const close = async () => {
    clearInterval(sweep)
    requests.release()
    await app.close()
    webhooks.close()
    writer?.flush()
  }
  return { url, port, sdkOptions: { host, port, protocol: 'http' }, webhooks, requests, levers, close }
}
