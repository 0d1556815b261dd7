import type { FormattedExecutionResult } from 'graphql'

const serialized = new WeakMap<object, Buffer>()

/**
 * A result as the bytes of a response. The data of one execution is serialized once, however many requests share it; as
 * bytes, because a socket takes them without copying, which it does not do with a string.
 */
export const serializeResult = ({ data, errors, extensions }: FormattedExecutionResult): Buffer => {
  if (errors || extensions || !data) return Buffer.from(JSON.stringify({ errors, data, extensions }))
  let bytes = serialized.get(data)
  if (!bytes) {
    bytes = Buffer.from(JSON.stringify({ data }))
    serialized.set(data, bytes)
  }
  return bytes
}
