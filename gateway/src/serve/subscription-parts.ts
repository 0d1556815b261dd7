import type { FastifyReply } from 'fastify'
import { type ExecutionResult, type FormattedExecutionResult, GraphQLError } from 'graphql'

/** One subscription over multipart HTTP. */
export interface SubscriptionParts {
  readonly results: AsyncIterableIterator<ExecutionResult>
  /** A result as the client may see it. */
  readonly present: (result: ExecutionResult) => FormattedExecutionResult
  /** A client that lets more pile up is cut off. */
  readonly maxBufferedBytes: number
}

const CONTENT_TYPE = 'multipart/mixed; boundary="graphql"; subscriptionSpec=1.0'
const DELIMITER = '\r\n--graphql'

/** Proxies cut connections on which nothing moves; this is how often Apollo's router lets something move. */
const HEARTBEAT_MS = 5_000

const part = (message: object): string =>
  `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${JSON.stringify(message)}${DELIMITER}`

/**
 * Writes a subscription's results as they come, without waiting, until it or the connection ends
 * (https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol).
 */
export const writeSubscription = async (reply: FastifyReply, subscription: SubscriptionParts): Promise<void> => {
  const { results, present, maxBufferedBytes } = subscription
  const { raw } = reply
  reply.type(CONTENT_TYPE).header('cache-control', 'no-cache').hijack()
  raw.writeHead(200, reply.getHeaders() as Record<string, string>)
  const write = (text: string) => {
    if (raw.destroyed) return
    raw.write(text)
    if (raw.writableLength > maxBufferedBytes) raw.destroy()
  }
  write(DELIMITER)
  const heartbeat = setInterval(() => write(part({})), HEARTBEAT_MS)
  raw.once('close', () => void results.return?.())
  try {
    for await (const result of results) write(part({ payload: present(result) }))
  } catch (error) {
    const failure = new GraphQLError(
      'The subscription has failed.',
      error instanceof Error ? { originalError: error } : {},
    )
    write(part({ payload: null, errors: present({ errors: [failure] }).errors }))
  } finally {
    clearInterval(heartbeat)
  }
  raw.end('--\r\n')
}
