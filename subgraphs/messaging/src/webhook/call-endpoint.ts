import { Resolver } from 'node:dns/promises'
import * as http from 'node:http'
import * as https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { hostOf, urlFault } from './endpoint-url.ts'
import { isLoopbackAddress, isPublicAddress } from './public-address.ts'

export interface Call {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What came of a call. */
export interface Outcome {
  /** Null: no answer came. */
  readonly httpStatus: number | null
  /** Null: the receiver has it. */
  readonly error: string | null
  /** The beginning of the answer's body, at most 1 kB. */
  readonly excerpt: string | null
  readonly durationMs: number
  /** How long the receiver asked to be left alone. */
  readonly retryAfterSeconds: number | null
}

/** Calls an endpoint once. Never rejects: what goes wrong is an outcome. */
export type CallEndpoint = (call: Call) => Promise<Outcome>

export interface CallerOptions {
  /** Whether programs of this machine may be called, also by http; for development. */
  readonly loopback: boolean
  readonly timeoutMs?: number
  /** Name servers (`address:port`) instead of the machine's own. */
  readonly nameServers?: readonly string[]
}

interface Address {
  readonly address: string
  readonly family: 4 | 6
}

const TIMEOUT_MS = 10_000
const EXCERPT_BYTES = 1_024

/** The call is not made, for a reason that its owner may read. */
class Refused extends Error {}

/**
 * Makes the function that calls endpoints. A name is resolved once per call, every address that it leads to must be allowed, and the connection
 * goes to exactly these: a name that leads elsewhere a moment later (DNS rebinding) changes nothing. No redirect is followed, no proxy is used.
 */
export const openCaller = ({ loopback, timeoutMs = TIMEOUT_MS, nameServers }: CallerOptions): CallEndpoint => {
  // c-ares rather than getaddrinfo: a name server that does not answer must not hold threads that all share.
  const resolver = new Resolver({ timeout: 2_000, tries: 2 })
  if (nameServers) resolver.setServers(nameServers)
  const isAllowed = ({ address }: Address) => isPublicAddress(address) || (loopback && isLoopbackAddress(address))

  return async ({ url: text, headers, body }) => {
    const startedAt = performance.now()
    const deadline = AbortSignal.timeout(timeoutMs)
    const outcome = (result: Partial<Outcome>): Outcome => ({
      ...{ httpStatus: null, error: null, excerpt: null, retryAfterSeconds: null, ...result },
      durationMs: Math.round(performance.now() - startedAt),
    })
    try {
      const fault = urlFault(text, { loopback })
      if (fault) throw new Refused(fault)
      const url = new URL(text)
      const addresses = await before(deadline, resolve(resolver, hostOf(url)))
      if (!addresses.every(isAllowed)) throw new Refused('The host leads to an address that is not on the Internet.')
      return outcome(await post({ url, headers, body, addresses, deadline }))
    } catch (error) {
      return outcome({ error: deadline.aborted ? `No answer within ${timeoutMs / 1_000} seconds.` : wordsOf(error) })
    }
  }
}

/** The result, or the deadline's error when that is first. */
const before = async <T>(deadline: AbortSignal, work: Promise<T>): Promise<T> => {
  const over = Promise.withResolvers<never>()
  const end = () => over.reject(deadline.reason)
  deadline.addEventListener('abort', end)
  try {
    return await Promise.race([work, over.promise])
  } finally {
    deadline.removeEventListener('abort', end)
  }
}

const resolve = async (resolver: Resolver, host: string): Promise<Address[]> => {
  const family = isIP(host)
  if (family === 4 || family === 6) return [{ address: host, family }]
  if (host === 'localhost') return [{ address: '127.0.0.1', family: 4 }]
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
  const addresses = [
    ...(v4.status === 'fulfilled' ? v4.value : []).map((address) => ({ address, family: 4 as const })),
    ...(v6.status === 'fulfilled' ? v6.value : []).map((address) => ({ address, family: 6 as const })),
  ]
  if (addresses.length > 0) return addresses
  throw v4.status === 'rejected' ? v4.reason : new Refused('The host has no address.')
}

interface Post extends Omit<Call, 'url'> {
  readonly url: URL
  readonly addresses: readonly Address[]
  readonly deadline: AbortSignal
}

const post = ({ url, headers, body, addresses, deadline }: Post): Promise<Partial<Outcome>> => {
  const lookup: LookupFunction = (_host, { all }, callback) => {
    const [first] = addresses
    if (all) callback(null, [...addresses])
    else callback(null, first?.address ?? '', first?.family)
  }
  const { request } = url.protocol === 'https:' ? https : http
  const { promise, resolve: settle, reject } = Promise.withResolvers<Partial<Outcome>>()
  const call = request(url, {
    ...{ method: 'POST', agent: false, lookup, signal: deadline },
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
  })
  let finish: (() => void) | undefined
  call.on('error', (error) => (finish ? finish() : reject(error)))
  call.on('response', (response) => {
    const chunks: Buffer[] = []
    let bytes = 0
    // What the status says is known; of the rest no more is read than is shown, and waited for no longer than the deadline.
    const end = () => {
      settle(read(response, Buffer.concat(chunks)))
      call.destroy()
    }
    finish = end
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= EXCERPT_BYTES) end()
    })
    response.on('end', end)
    response.on('error', end)
  })
  call.end(body)
  return promise
}

const read = ({ statusCode = 0, headers }: http.IncomingMessage, body: Buffer): Partial<Outcome> => {
  // As a stream: half a character at the cut is left out. PostgreSQL keeps no NUL.
  const excerpt = new TextDecoder().decode(body.subarray(0, EXCERPT_BYTES), { stream: true }).replaceAll('\u0000', '')
  const retryAfter = /^\d{1,9}$/.test(headers['retry-after'] ?? '') ? Number(headers['retry-after']) : null
  return {
    httpStatus: statusCode,
    error: statusWords(statusCode),
    excerpt: excerpt === '' ? null : excerpt,
    retryAfterSeconds: retryAfter,
  }
}

const statusWords = (status: number): string | null => {
  if (status >= 200 && status < 300) return null
  if (status >= 300 && status < 400) return `Answered ${status}: redirects are not followed.`
  return `Answered ${status}: only 2xx says that it has arrived.`
}

/** What went wrong before an answer came, by the code of the error. */
const words = new Map([
  ['ENOTFOUND', 'There is no host of that name.'],
  ['ENODATA', 'The host has no address.'],
  ['ESERVFAIL', 'The name servers of the host fail.'],
  ['ETIMEOUT', 'The name servers of the host do not answer.'],
  ['ECONNREFUSED', 'Nothing listens at that address.'],
  ['ECONNRESET', 'The connection was closed before an answer came.'],
  ['CERT_HAS_EXPIRED', 'The certificate has expired.'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'The certificate is of another host.'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'The certificate is signed by nobody whom we know.'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'The certificate is signed by nobody whom we know.'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'The certificate comes without those that it is signed by.'],
])

const wordsOf = (error: unknown): string => {
  if (error instanceof Refused) return error.message
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  return words.get(code) ?? `The call failed (${code}).`
}
