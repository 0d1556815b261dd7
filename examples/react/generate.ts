import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { loadSupergraph } from '@gigraph/gateway/supergraph'
import { codegen } from '@graphql-codegen/core'
import * as documents from '@graphql-codegen/typed-document-node'
import * as operations from '@graphql-codegen/typescript-operations'
import { lexicographicSortSchema, parse, printSchema } from 'graphql'

const SUPERGRAPH = new URL('../../gateway/supergraph.graphql', import.meta.url)
const OPERATIONS = new URL('src/operations.graphql', import.meta.url)
/** What `generateOperations` reads. */
export const SOURCES = [SUPERGRAPH, OPERATIONS]
/** What it writes. */
export const GENERATED = new URL('src/__generated__/operations.ts', import.meta.url)

/**
 * Writes what this client's operations take and answer as types, and the operations themselves as values that carry those types.
 * A project of its own asks a running gateway for its schema instead.
 */
export const generateOperations = async (): Promise<void> => {
  const schema = printSchema(lexicographicSortSchema(loadSupergraph(readFileSync(SUPERGRAPH, 'utf8')).apiSchema))
  const generated = await codegen({
    filename: 'operations.ts',
    schema: parse(schema),
    documents: [{ location: OPERATIONS.pathname, document: parse(readFileSync(OPERATIONS, 'utf8')) }],
    config: {
      useTypeImports: true,
      enumType: 'string-literal',
      enumsAsTypes: true,
      scalars: { ID: 'string', URL: 'string', DateTime: 'string', SafeInt: 'number', Currency: 'string' },
    },
    plugins: [{ operations: {} }, { documents: {} }],
    pluginMap: { operations, documents },
  })
  mkdirSync(new URL('.', GENERATED), { recursive: true })
  writeFileSync(GENERATED, generated)
}
