import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Stripe from 'stripe'
import { expireDueSessions } from './checkout.ts'
import type { Emulation } from './emulation.ts'
import { withExpansions } from './expand.ts'
import { StripeFault } from './fault.ts'
import type { Gate } from './gate.ts'
import type { Answer, IdempotencyKeys, KeyedRequest } from './idempotency.ts'
import { newId } from './ids.ts'
import { settleDue } from './ledger.ts'
import type { Operation } from './operation.ts'
import { parseParams } from './params.ts'
import { operations } from './routes/index.ts'

/** What the API needs besides the emulation. */
export interface ApiOptions {
  emulation: Emulation
  keys: IdempotencyKeys
  gate: Gate
  secretKey: string
  /** Runs what operations left for afterwards. */
  runAfterwards(): void
}

const header = (request: FastifyRequest, name: string): string | null => {
  const value = request.headers[name]
  return typeof value === 'string' && value !== '' ? value : null
}

function assertKey(request: FastifyRequest, secretKey: string): void {
  const [scheme = '', credentials = ''] = (request.headers.authorization ?? '').split(' ')
  const basic = scheme.toLowerCase() === 'basic'
  const given = basic ? (Buffer.from(credentials, 'base64').toString().split(':')[0] ?? '') : credentials
  if (given === '' || !(basic || scheme.toLowerCase() === 'bearer')) {
    throw new StripeFault(401, {
      type: 'invalid_request_error',
      message:
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    })
  }
  const [a, b] = [Buffer.from(given), Buffer.from(secretKey)]
  if (a.length === b.length && timingSafeEqual(a, b)) return
  const hidden = `${given.slice(0, 8)}${'*'.repeat(12)}${given.slice(-4)}`
  throw new StripeFault(401, { type: 'invalid_request_error', message: `Invalid API Key provided: ${hidden}` })
}

function assertAccount(emulation: Emulation, account: string | null): void {
  if (account === null || emulation.store.findOptional('account', account)) return
  throw new StripeFault(403, {
    type: 'invalid_request_error',
    code: 'account_invalid',
    message: `The provided key does not have access to account '${account}' (or that account does not exist).`,
  })
}

function keyedRequest(request: FastifyRequest, account: string | null): KeyedRequest | undefined {
  const key = header(request, 'idempotency-key')
  if (request.method !== 'POST' || !key) return undefined
  return { key, account, method: request.method, path: request.url.split('?')[0] ?? '', params: request.body ?? {} }
}

function execute(options: ApiOptions, declared: Operation, request: FastifyRequest, requestId: string): unknown {
  const { emulation } = options
  const { id = '', subId = '' } = request.params as { id?: string; subId?: string }
  const params = parseParams(declared.params, (declared.method === 'POST' ? request.body : request.query) ?? {})
  const account = header(request, 'stripe-account')
  assertAccount(emulation, account)
  emulation.events.request = { id: requestId, idempotency_key: header(request, 'idempotency-key') }
  try {
    const result = declared.run({ emulation, account, id, subId, params })
    return structuredClone(withExpansions(emulation.store, result, (params as { expand?: string[] }).expand))
  } finally {
    emulation.events.request = null
    options.runAfterwards()
  }
}

function send(reply: FastifyReply, answer: Answer, request: FastifyRequest): FastifyReply {
  const key = header(request, 'idempotency-key')
  const account = header(request, 'stripe-account')
  reply.header('request-id', answer.requestId)
  reply.header('stripe-version', header(request, 'stripe-version') ?? Stripe.API_VERSION)
  if (key) reply.header('idempotency-key', key)
  if (account) reply.header('stripe-account', account)
  return reply.code(answer.status).send(answer.body)
}

const faultAnswer = (fault: StripeFault, requestId: string): Answer => ({
  status: fault.status,
  body: { error: fault.body },
  requestId,
})

/** Breaks the connection instead of answering. */
function lose(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack()
  request.raw.socket.destroy()
  return reply
}

async function change(options: ApiOptions, declared: Operation, request: FastifyRequest, reply: FastifyReply) {
  const { keys, gate } = options
  const requestId = newId('req')
  const keyed = keyedRequest(request, header(request, 'stripe-account'))
  const former = keyed && keys.begin(keyed)
  if (former) {
    if (gate.losesAgain()) return lose(request, reply)
    reply.header('idempotent-replayed', 'true').header('original-request', former.requestId)
    return send(reply, { ...former, requestId }, request)
  }
  let kept: Answer | undefined
  try {
    const { loseAnswer } = await gate.pass()
    const answer = { status: 200, body: execute(options, declared, request, requestId), requestId }
    kept = answer
    return loseAnswer ? lose(request, reply) : send(reply, answer, request)
  } catch (error) {
    if (!(error instanceof StripeFault)) throw error
    const answer = faultAnswer(error, requestId)
    if (!error.beforeExecution) kept = answer
    return send(reply, answer, request)
  } finally {
    if (keyed && kept) keys.finish(keyed, kept)
    else if (keyed) keys.abandon(keyed)
  }
}

/** Registers the API below `/v1`. */
export function registerApi(app: FastifyInstance, options: ApiOptions): void {
  const { emulation, secretKey } = options
  app.register(
    async (api) => {
      api.addHook('onRequest', async (request) => {
        assertKey(request, secretKey)
        settleDue(emulation)
        expireDueSessions(emulation)
      })
      api.setErrorHandler((error, request, reply) => {
        if (error instanceof StripeFault) return send(reply, faultAnswer(error, newId('req')), request)
        throw error
      })
      api.setNotFoundHandler((request) => {
        throw new StripeFault(404, {
          type: 'invalid_request_error',
          message: `Unrecognized request URL (${request.method}: ${request.url}). The emulator does not speak it.`,
        })
      })
      for (const declared of operations) {
        api.route({
          method: declared.method,
          url: declared.path,
          handler: (request, reply) => {
            if (declared.method !== 'GET') return change(options, declared, request, reply)
            const requestId = newId('req')
            return send(
              reply,
              { status: 200, body: execute(options, declared, request, requestId), requestId },
              request,
            )
          },
        })
      }
    },
    { prefix: '/v1' },
  )
}
