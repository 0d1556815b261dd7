import type { FetchNode } from '@apollo/query-planner'
import { buildSchema, parse } from 'graphql'
import { expect, test } from 'vitest'
import { assertCovered } from './coverage.ts'

const schema = buildSchema(`type Query { me: User any: Named } type User implements Named { name: String friend: User }
  interface Named { name: String }`)

const fetch = (operation: string, requires?: FetchNode['requires']): FetchNode => ({
  kind: 'Fetch',
  serviceName: 'a',
  operation,
  operationName: undefined,
  operationKind: 'query' as FetchNode['operationKind'],
  operationDocumentNode: parse(operation),
  ...(requires === undefined ? {} : { requires }),
})

test('accepts a plan whose fetches together bring every field', () => {
  const document = parse('{ me { alias: name friend { ...F } } } fragment F on User { name }')
  const entities = fetch('{ _entities { ... on User { name } } }', [])
  const plan = [
    { fetch: fetch('{ me { alias: name friend { __typename } } }'), path: [] },
    { fetch: entities, path: ['me', 'friend'] },
  ]
  expect(() => assertCovered(document, plan, schema)).not.toThrow()
})

test.each([
  ['a root field', '{ me { name } any { name } }', '{ me { name } }', 'any'],
  ['a nested field', '{ me { friend { name } } }', '{ me { friend { __typename } } }', 'me.friend.name'],
  ['a field in a fragment that changes nothing', '{ me { ... on User { name } } }', '{ me { __typename } }', 'me.name'],
])('refuses a plan without %s', (_, query, fetched, missing) => {
  expect(() => assertCovered(parse(query), [{ fetch: fetch(fetched), path: [] }], schema)).toThrow(missing)
})

test('lets a narrowing fragment and an abstract type without members go', () => {
  const plan = [{ fetch: fetch('{ any { __typename } }'), path: [] }]
  expect(() => assertCovered(parse('{ any { ... on User { name } } }'), plan, schema)).not.toThrow()
  expect(() => assertCovered(parse('{ any { name } }'), plan, schema)).not.toThrow()
})
