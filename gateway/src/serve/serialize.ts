import type { FormattedExecutionResult } from 'graphql'

const BYTES = Symbol('bytes')

/** The data of a result, with its bytes once it was serialized; neither JSON nor a client sees the symbol. */
interface SerializedData {
  [BYTES]?: Buffer
}

/**
 * A result as the bytes of a response. The data of one execution is serialized once, however many requests share it; as
 * bytes, because a socket takes them without copying, which it does not do with a string. They are kept on the data itself:
 * a `WeakMap` would keep every answer from being collected until the next full collection.
 */
export const serializeResult = ({ data, errors, extensions }: FormattedExecutionResult): Buffer => {
  if (errors || extensions || !data) return Buffer.from(JSON.stringify({ errors, data, extensions }))
  const known: SerializedData = data
  known[BYTES] ??= Buffer.from(JSON.stringify({ data }))
  return known[BYTES]
}
