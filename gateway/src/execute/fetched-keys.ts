import type { FetchNode } from '@apollo/query-planner'
import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql'
import type { LoadedSupergraph } from '../supergraph/load.ts'
import type { JsonObject } from './json.ts'
import { renamedKeys } from './rewrites.ts'

/** Data keys that the client asked for, as a tree; type conditions and lists do not matter here. */
export interface AskedKeys extends Map<string, AskedKeys> {}

/** A key that a fetch brings to an object, for the types that have it. */
export interface FetchedKey {
  readonly key: string
  readonly types: readonly ReadonlySet<string>[]
}

/** What the client asked for, out of the document that is planned: it has nothing that only the planner selects. */
export function askedKeys({ definitions }: DocumentNode): AskedKeys {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const root: AskedKeys = new Map()
  const collect = (set: SelectionSetNode | undefined, into: AskedKeys): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) collect(fragments.get(selection.name.value)?.selectionSet, into)
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet, into)
      else collect(selection.selectionSet, childOf(into, selection.alias?.value ?? selection.name.value))
    }
  }
  for (const each of definitions) if (each.kind === Kind.OPERATION_DEFINITION) collect(each.selectionSet, root)
  return root
}

function childOf(keys: AskedKeys, key: string): AskedKeys {
  const child = keys.get(key) ?? new Map()
  keys.set(key, child)
  return child
}

/** The keys that a fetch brings to the objects at its path and the client asked for: where a failure of it all shows. */
export function fetchedKeys(
  node: FetchNode,
  path: readonly (string | number)[],
  asked: AskedKeys,
  supergraph: LoadedSupergraph,
): FetchedKey[] {
  const here = path.reduce<AskedKeys | undefined>((keys, step) => {
    const key = String(step).split('|[')[0] ?? ''
    return key === '@' || key === '' ? keys : keys?.get(key)
  }, asked)
  const renamed = renamedKeys(node.outputRewrites)
  const found: FetchedKey[] = []
  const collect = (set: SelectionSetNode | undefined, types: FetchedKey['types']): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value
        collect(selection.selectionSet, condition === undefined ? types : [...types, typesOf(condition, supergraph)])
      }
      if (selection.kind !== Kind.FIELD) continue
      const key = selection.alias?.value ?? selection.name.value
      if (node.requires !== undefined && key === '_entities') collect(selection.selectionSet, types)
      else if (key !== '__typename' && here?.has(renamed.get(key) ?? key)) found.push({ key, types })
    }
  }
  for (const each of node.operationDocumentNode?.definitions ?? []) {
    if (each.kind === Kind.OPERATION_DEFINITION) collect(each.selectionSet, [])
  }
  return found
}

/** A type and every object type that is one. */
function typesOf(condition: string, { objectTypesOf }: LoadedSupergraph): ReadonlySet<string> {
  return new Set([condition, ...(objectTypesOf.get(condition) ?? [])])
}

/** The keys that the fetch would have brought to this object, each once. */
export function keysFor({ __typename }: JsonObject, keys: readonly FetchedKey[]): string[] {
  const isOne = (types: ReadonlySet<string>) => __typename === undefined || types.has(String(__typename))
  return [...new Set(keys.flatMap(({ key, types }) => (types.every(isOne) ? [key] : [])))]
}
