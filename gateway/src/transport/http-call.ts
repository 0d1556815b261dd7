import type { Dispatcher } from 'undici'
import type { Cancellation } from './cancellation.ts'

/** An HTTP answer, read to its end. */
export interface HttpAnswer {
  readonly status: number
  readonly text: string
}

/** The request of one call. */
export interface HttpCall {
  readonly path: string
  readonly body: string
  /** Names and values in turn: undici takes them as they are. */
  readonly headers: string[]
}

/**
 * Posts and reads the whole answer. Written on undici's dispatch because its `request` makes a stream for every body,
 * which costs more than all the rest of a small call.
 * @throws what undici reports: connection failures, timeouts, an answer beyond the limit, the end by `cancellation`
 */
export function post(pool: Dispatcher, call: HttpCall, cancellation: Cancellation): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let status = 0
    pool.dispatch(
      { method: 'POST', ...call },
      {
        onRequestStart(controller) {
          cancellation.onCancel(() => controller.abort(new Error('The call was cancelled')))
        },
        onResponseStart(_controller, statusCode) {
          status = statusCode
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk)
        },
        onResponseEnd() {
          cancellation.onCancel(undefined)
          const [first] = chunks
          const whole = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)
          resolve({ status, text: whole.toString('utf8') })
        },
        onResponseError(_controller, error) {
          cancellation.onCancel(undefined)
          reject(error)
        },
      },
    )
  })
}
