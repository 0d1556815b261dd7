/** What one operation, one request and one socket may ask for. `Infinity` lifts a limit. */
export interface Limits {
  /** Nested fields, introspection not counted. */
  readonly maxDepth: number
  readonly maxAliases: number
  readonly maxRootFields: number
  readonly maxDirectives: number
  /** Lexical tokens of a document. */
  readonly maxTokens: number
  /** The largest `first` or `last`. */
  readonly maxPageSize: number
  /** Static cost, see cost.ts. */
  readonly maxCost: number
  readonly maxBodyBytes: number
  /** After this an operation is answered with an error and its fetches are given up; the same for each event of a subscription. */
  readonly requestTimeoutMs: number
  /** From a WebSocket's opening to its `connection_init`. */
  readonly initTimeoutMs: number
  readonly maxMessageBytes: number
  /** What may wait for a slow reader before its socket is cut. */
  readonly maxBufferedBytes: number
  readonly maxOperationsPerSocket: number
  readonly maxMessagesPerMinute: number
  readonly maxSocketsPerViewer: number
  /** Subscriptions over HTTP (event streams, multipart), each of which is a connection of its own. */
  readonly maxStreamsPerViewer: number
  /** Sockets of nobody in particular, by address; and as many subscriptions over HTTP. */
  readonly maxSocketsPerAddress: number
}

const TRANSPORT = {
  maxBodyBytes: 1_048_576,
  requestTimeoutMs: 30_000,
  initTimeoutMs: 3_000,
  maxMessageBytes: 65_536,
  maxBufferedBytes: 1_048_576,
  maxOperationsPerSocket: 50,
  maxMessagesPerMinute: 100,
  maxSocketsPerViewer: 20,
  maxStreamsPerViewer: 100,
  maxSocketsPerAddress: 1_000,
}

/** For a public graph. */
export const STRICT_LIMITS: Limits = {
  ...TRANSPORT,
  maxDepth: 15,
  maxAliases: 30,
  maxRootFields: 20,
  maxDirectives: 50,
  maxTokens: 4_000,
  maxPageSize: 100,
  maxCost: 10_000,
}

/** For a graph that the gateway knows nothing of: only what no honest client sends is refused. */
export const LENIENT_LIMITS: Limits = {
  ...TRANSPORT,
  maxDepth: 100,
  maxAliases: 1_000,
  maxRootFields: 1_000,
  maxDirectives: 1_000,
  maxTokens: 20_000,
  maxPageSize: Number.POSITIVE_INFINITY,
  maxCost: Number.POSITIVE_INFINITY,
}
