import { type DocumentNode, GraphQLError, Kind, parse, type SelectionSetNode } from 'graphql'
import { LRUCache } from 'lru-cache'

/**
 * Whether the fields of an operation can be merged is found out by comparing each with every other one of the same name in the same place
 * (GraphQL specification, 5.3.2): a thousand times `a { b }` in 12 kB keep graphql-js busy for a second. An honest document has
 * next to no such pairs.
 */
const MAX_PAIRS = 100_000
/** Fewer characters cannot have so many. */
const HARMLESS_LENGTH = 800
const MAX_REMEMBERED = 2_000

/** How many pairs of selections in the same place have the same name; counted in linear time, and no further than needed. */
const countRepetitions = (document: DocumentNode, most = MAX_PAIRS): number => {
  const counts = new Map<string, number>()
  let pairs = 0
  const add = (place: string) => {
    const count = counts.get(place) ?? 0
    pairs += count
    counts.set(place, count + 1)
  }
  const walk = (set: SelectionSetNode, place: string) => {
    for (const selection of set.selections) {
      if (pairs > most) return
      if (selection.kind === Kind.FIELD) {
        const below = `${place}/${(selection.alias ?? selection.name).value}`
        add(below)
        if (selection.selectionSet) walk(selection.selectionSet, below)
      } else if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet, place)
      else add(`${place}/...`)
    }
  }
  for (const definition of document.definitions) {
    // Fragments on one type may be spread in one place.
    if (definition.kind === Kind.FRAGMENT_DEFINITION) walk(definition.selectionSet, definition.typeCondition.name.value)
    else if (definition.kind === Kind.OPERATION_DEFINITION) walk(definition.selectionSet, '')
  }
  return pairs
}

/** @returns why a document must not even be validated; null when it may be */
export const refuseRepetitions = (document: DocumentNode): GraphQLError | null =>
  countRepetitions(document) <= MAX_PAIRS
    ? null
    : new GraphQLError('The operation selects the same fields too often.', {
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED', limit: { name: 'maxRepetitions', allowed: MAX_PAIRS } },
      })

/** {@link refuseRepetitions} for the text of a document; what cannot be parsed is for others to refuse. */
export const createRepetitionGuard = (maxTokens: number): ((source: string) => GraphQLError | null) => {
  const harmless = new LRUCache<string, true>({
    max: MAX_REMEMBERED,
    maxSize: 16_777_216,
    sizeCalculation: (_, source) => source.length,
  })
  return (source) => {
    if (source.length < HARMLESS_LENGTH || harmless.has(source)) return null
    let document: DocumentNode
    try {
      document = parse(source, { maxTokens, noLocation: true })
    } catch {
      return null
    }
    const refusal = refuseRepetitions(document)
    if (refusal === null) harmless.set(source, true)
    return refusal
  }
}
