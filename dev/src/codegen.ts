import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { generateOperations } from '@gigraph/example-react/generate'
import { readTypeDefs } from '@gigraph/shared/graphql'
import { codegen } from '@graphql-codegen/core'
import * as typescript from '@graphql-codegen/typescript'
import * as typescriptResolvers from '@graphql-codegen/typescript-resolvers'

/**
 * Writes each subgraph's resolver types from its SDL to `src/__generated__/schema.ts`, for the type checker only. A type that a
 * service's `mappers.ts` exports under the name of a GraphQL type is what its resolvers get as parent and return. Then the types
 * of the example client's operations.
 */

const config = {
  scalars: {
    ID: 'string',
    DateTime: 'Date',
    Date: 'string',
    URL: 'string',
    EmailAddress: 'string',
    SafeInt: 'number',
    Currency: 'string',
    JSONObject: 'object',
  },
  federation: true,
  immutableTypes: true,
  useTypeImports: true,
  enumsAsTypes: true,
  maybeValue: 'T | null | undefined',
  inputMaybeValue: 'T | null | undefined',
  avoidOptionals: { object: false, inputValue: false, field: false },
  contextType: '../context.ts#Context',
  resolversNonOptionalTypename: false,
}

const mappersOf = (source: URL): Record<string, string> => {
  const file = new URL('mappers.ts', source)
  if (!existsSync(file)) return {}
  const text = readFileSync(file, 'utf8')
  const exported = [...text.matchAll(/export (?:type|interface) (\w+)/g)].map(([, name]) => name ?? '')
  const lists = [...text.matchAll(/export type \{([^}]+)\}/g)].flatMap(([, list]) =>
    (list ?? '').split(',').map(
      (item) =>
        item
          .trim()
          .split(/\s+as\s+/)
          .at(-1) ?? '',
    ),
  )
  return Object.fromEntries(
    [...exported, ...lists].filter(Boolean).map((name) => [name, `../mappers.ts#${name} as ${name}Model`]),
  )
}

const subgraphs = new URL('../../subgraphs/', import.meta.url)

for (const name of readdirSync(subgraphs)) {
  const source = new URL(`${name}/src/`, subgraphs)
  const folder = new URL('__generated__/', source)
  const generated = await codegen({
    filename: 'schema.ts',
    schema: readTypeDefs(fileURLToPath(source)),
    documents: [],
    config: { ...config, mappers: { Money: '@gigraph/shared/money#Money as MoneyModel', ...mappersOf(source) } },
    plugins: [{ typescript: {} }, { resolvers: {} }],
    pluginMap: { typescript, resolvers: typescriptResolvers },
  })
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL('schema.ts', folder), generated)
}

await generateOperations()
