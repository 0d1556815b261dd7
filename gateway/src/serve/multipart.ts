import type { FastifyReply } from 'fastify'
import type { FormattedExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql'
import type { SubsequentResult } from '../execute/engine.ts'

/** A media range of `Accept` that asks for an answer in parts, by the version of the protocol that it names. */
const asksFor = (accept: string | undefined, parameter: string, version: string): boolean =>
  accept?.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().replaceAll('"', ''))
    return type.toLowerCase() === 'multipart/mixed' && parameters.includes(`${parameter}=${version}`)
  }) === true

/** Whether a client takes deferred parts in the only form that this gateway has for them. */
export const acceptsDeferredParts = (accept: string | undefined): boolean => asksFor(accept, 'deferSpec', '20220824')

/** Whether a client takes a subscription's results as parts of one answer (Apollo's multipart subscription protocol). */
export const acceptsSubscriptionParts = (accept: string | undefined): boolean =>
  asksFor(accept, 'subscriptionSpec', '1.0')

/** The content type of an answer with deferred parts. */
export const DEFERRED_PARTS = 'multipart/mixed; boundary="-"; deferSpec=20220824'

const PART_HEAD = 'content-type: application/json; charset=utf-8\r\n\r\n'

/** The first part and what comes after it. */
export interface Parts {
  readonly initial: FormattedExecutionResult
  readonly subsequent: AsyncIterable<SubsequentResult>
  /** Errors of later parts as the client may see them. */
  readonly present: (errors: readonly GraphQLError[]) => readonly GraphQLFormattedError[]
}

/** The body of an answer with deferred parts. A delimiter ends each part, so that clients need not wait for the next one. */
export async function* deferredBody({ initial, subsequent, present }: Parts): AsyncGenerator<string, void, void> {
  yield `\r\n---\r\n${PART_HEAD}${JSON.stringify({ ...initial, hasNext: true })}\r\n---`
  for await (const { incremental, hasNext } of subsequent) {
    const shown = incremental.map((result) => (result.errors ? { ...result, errors: present(result.errors) } : result))
    yield part({ incremental: shown, hasNext })
    if (!hasNext) return yield '--\r\n'
  }
  // Time was up before everything was there.
  yield part({ hasNext: false })
  yield '--\r\n'
}

const part = (payload: object): string => `\r\n${PART_HEAD}${JSON.stringify(payload)}\r\n---`

/** Writes a body as it is made, no faster than it is read; stops making it when the client has gone. */
export const writeBody = async (reply: FastifyReply, body: AsyncIterable<string>): Promise<void> => {
  const { raw } = reply
  reply.hijack()
  raw.writeHead(reply.statusCode, reply.getHeaders() as Record<string, string>)
  const closed = new Promise<void>((resolve) => raw.once('close', resolve))
  for await (const chunk of body) {
    if (raw.destroyed) return
    if (!raw.write(chunk)) await Promise.race([new Promise<void>((resolve) => raw.once('drain', resolve)), closed])
  }
  raw.end()
}
