import type { IncomingHttpHeaders } from 'node:http'

/** The program that a request comes from, as it calls itself; nothing is decided by it. */
export interface Client {
  readonly name: string | null
  readonly version: string | null
}

/** Apollo's names first, then those of others. */
const NAMES = ['apollographql-client-name', 'graphql-client-name', 'x-graphql-client-name']
const VERSIONS = ['apollographql-client-version', 'graphql-client-version', 'x-graphql-client-version']
/** What can stand in a log line or a label without being mistaken for something else. */
const PRESENTABLE = /^[\w .:@/()+-]{1,64}$/

const UNNAMED: Client = { name: null, version: null }

const first = (values: Readonly<Record<string, unknown>>, names: readonly string[]): string | null => {
  for (const name of names) {
    const value = values[name]
    if (typeof value === 'string') return PRESENTABLE.test(value) ? value : null
  }
  return null
}

/** The client that headers name, or a `connection_init` payload: browsers cannot set headers of a WebSocket. */
export const clientOf = (values: IncomingHttpHeaders | Readonly<Record<string, unknown>>): Client => {
  const name = first(values, NAMES)
  return name === null ? UNNAMED : { name, version: first(values, VERSIONS) }
}
