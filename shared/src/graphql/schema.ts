import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { type DocumentNode, type GraphQLSchema, isObjectType, parse } from 'graphql'
import { formatMoney, type Money } from '../money/index.ts'
import { forgetLoaded } from './load.ts'
import { scalars } from './scalars.ts'

const COMMON = fileURLToPath(new URL('.', import.meta.url))

const graphqlFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.graphql'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

/** The SDL of a subgraph: every `.graphql` file under `folder`, after what all subgraphs have in common. */
export const readTypeDefs = (folder: string): DocumentNode =>
  parse([...graphqlFiles(COMMON), ...graphqlFiles(folder)].map((file) => readFileSync(file, 'utf8')).join('\n'))

/** Resolvers by type and field, as graphql-codegen types them in each service. */
// biome-ignore lint/suspicious/noExplicitAny: the boundary where each service's generated resolver types meet graphql-js
export type ResolverMap = Record<string, any>

const commonResolvers: ResolverMap = {
  ...scalars,
  Money: { formatted: (amount: Money) => formatMoney(amount) },
}

/** Resolvers of several nouns in one map: types that both know get the fields of both. */
const mergeResolvers = (maps: readonly ResolverMap[]): ResolverMap => {
  const merged: ResolverMap = {}
  for (const map of maps)
    for (const [type, fields] of Object.entries(map))
      merged[type] = merged[type] && !('parseValue' in fields) ? { ...merged[type], ...fields } : fields
  return merged
}

interface Answer {
  readonly viewer?: { readonly id: string } | null
}
interface Asking {
  readonly viewer?: { readonly id: string } | null
}

/**
 * A payload's `viewer` is whoever called, unless the mutation itself says: what hangs on Viewer without an id of its own (balance,
 * counts, factors) can be put right in a client's cache from there. It is read after the change, not from what was read for it.
 */
const viewerOfPayload = (answer: Answer, _: unknown, context: Asking): { readonly id: string } | null => {
  if (answer.viewer !== undefined) return answer.viewer
  if (!context.viewer) return null
  forgetLoaded(context)
  return { id: context.viewer.id }
}

/** The executable schema of a subgraph, `_entities` and `_service` included. */
export const buildSchema = (typeDefs: DocumentNode, resolvers: readonly ResolverMap[]): GraphQLSchema => {
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: mergeResolvers([commonResolvers, ...resolvers]) }])
  for (const type of Object.values(schema.getTypeMap())) {
    const viewer = type.name.endsWith('Payload') && isObjectType(type) && type.getFields().viewer
    if (viewer) viewer.resolve = viewerOfPayload
  }
  return schema
}

/** Where a subgraph's SDL lies, and what resolves it: a part of its definition. */
export interface SchemaSource {
  readonly folder: URL
  readonly resolvers: readonly ResolverMap[]
}

/** The executable schema of a subgraph as its definition has it. */
export const schemaOf = ({ folder, resolvers }: SchemaSource): GraphQLSchema =>
  buildSchema(readTypeDefs(fileURLToPath(folder)), resolvers)
