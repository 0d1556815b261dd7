/** The `error` member of Stripe's error responses (https://docs.stripe.com/api/errors). */
export interface FaultBody {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error'
  message: string
  code?: string
  decline_code?: string
  param?: string
  charge?: string
  payment_intent?: unknown
  doc_url?: string
}

/** Thrown by every operation that refuses; the server answers with `status` and `{ error: body }`. */
export class StripeFault extends Error {
  readonly status: number
  readonly body: FaultBody
  /** Whether the request was refused before anything ran: such answers are not kept for an idempotency key. */
  readonly beforeExecution: boolean

  constructor(status: number, body: FaultBody, beforeExecution = false) {
    super(body.message)
    this.name = 'StripeFault'
    this.status = status
    this.body = body.code ? { ...body, doc_url: `https://stripe.com/docs/error-codes/${dashed(body.code)}` } : body
    this.beforeExecution = beforeExecution
  }
}

const dashed = (code: string) => code.replaceAll('_', '-')

/** 400 `invalid_request_error`: what was asked for is impossible in the present state. */
export const refused = (message: string, detail: { code?: string; param?: string } = {}) =>
  new StripeFault(400, { type: 'invalid_request_error', message, ...detail })

/** 400 `invalid_request_error` about a parameter's form; nothing ran. */
export const badParameter = (message: string, detail: { code?: string; param?: string }) =>
  new StripeFault(400, { type: 'invalid_request_error', message, ...detail }, true)

/**
 * `resource_missing`: 404 for what the path names, 400 for what a parameter does. `kind` is the noun in Stripe's sentence:
 * `No such payment_intent: 'pi_1'`.
 */
export const missing = (kind: string, id: string, param = 'id') =>
  new StripeFault(
    param === 'id' ? 404 : 400,
    { type: 'invalid_request_error', code: 'resource_missing', message: `No such ${kind}: '${id}'`, param },
    true,
  )

/** 402 `card_error`, with the failed charge and the intent that it belongs to. */
export const cardFault = (detail: Omit<FaultBody, 'type'>) => new StripeFault(402, { type: 'card_error', ...detail })
