import { createHash } from 'node:crypto'
import { StripeFault } from './fault.ts'

/** Seconds for which Stripe remembers a key (https://docs.stripe.com/api/idempotent_requests). */
const KEPT_SECONDS = 86_400

/** An answer as it was sent. */
export interface Answer {
  status: number
  body: unknown
  requestId: string
}

/** A key with its first request and, once there is one, the answer. */
export interface IdempotencyRecord {
  /** Account and key: two accounts may use the same key. */
  id: string
  fingerprint: string
  path: string
  at: number
  answer: Answer | null
}

/** The request for which a key stands. */
export interface KeyedRequest {
  key: string
  account: string | null
  method: string
  path: string
  params: unknown
}

const idOf = ({ account, key }: KeyedRequest) => `${account ?? 'platform'}/${key}`

const fingerprint = ({ method, path, params }: KeyedRequest) =>
  createHash('sha256')
    .update(JSON.stringify([method, path, params]))
    .digest('hex')

/** Remembers the answers to keyed requests. */
export class IdempotencyKeys {
  readonly #records = new Map<string, IdempotencyRecord>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /**
   * Reserves the key for this request.
   *
   * @returns the former answer when the same request was answered before.
   * @throws StripeFault 400 `idempotency_error` for other parameters, 409 while the first request is being answered.
   */
  begin(request: KeyedRequest): Answer | undefined {
    if (request.key.length > 255) throw fault(400, 'Idempotency keys can be up to 255 characters long.')
    const id = idOf(request)
    const known = this.#records.get(id)
    if (!known || known.at + KEPT_SECONDS < this.#now()) {
      const print = fingerprint(request)
      this.#records.set(id, { id, fingerprint: print, path: request.path, at: this.#now(), answer: null })
      return undefined
    }
    if (known.fingerprint !== fingerprint(request)) throw conflictingUse(request, known)
    if (!known.answer) throw inUse(request.key)
    return known.answer
  }

  /** Keeps the answer; errors are kept like successes. */
  finish(request: KeyedRequest, answer: Answer): void {
    const record = this.#records.get(idOf(request))
    if (record) record.answer = structuredClone(answer)
  }

  /** Forgets the key: nothing was executed. */
  abandon(request: KeyedRequest): void {
    this.#records.delete(idOf(request))
  }

  /** Answered keys that are still valid. */
  snapshot(): IdempotencyRecord[] {
    const oldest = this.#now() - KEPT_SECONDS
    return [...this.#records.values()].filter((record) => record.answer && record.at >= oldest)
  }

  restore(records: IdempotencyRecord[]): void {
    for (const record of records) this.#records.set(record.id, record)
  }
}

const fault = (status: number, message: string, code?: string) =>
  new StripeFault(status, { type: 'idempotency_error', message, ...(code ? { code } : {}) }, true)

function conflictingUse(request: KeyedRequest, known: IdempotencyRecord): StripeFault {
  const other = known.path !== request.path
  const what = other
    ? `for the same endpoint they were first used for ('${request.path}' vs '${known.path}')`
    : 'with the same parameters they were first used with'
  return fault(
    400,
    `Keys for idempotent requests can only be used ${what}. Try using a key other than '${request.key}' if you meant to execute a different request.`,
  )
}

const inUse = (key: string) =>
  fault(
    409,
    `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
    'idempotency_key_in_use',
  )
