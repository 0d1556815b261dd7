import {
  type GraphQLFormattedError,
  type GraphQLOutputType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import type { ErrorIndex } from './error-index.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import { completeLeaf } from './leaf-values.ts'
import type { DeferredFragment, SelectionShape, ShapedField } from './selection-shape.ts'
import { explainMissing, type RunError } from './service-errors.ts'

/** An object of the response of which a part comes later. */
export interface DeferredObject {
  readonly object: JsonObject
  readonly path: readonly (string | number)[]
  readonly fragment: DeferredFragment
}

/** What one run of shaping carries along. `path` is mutable and always the position that is being shaped. */
export interface Shaping {
  readonly path: (string | number)[]
  readonly errors: RunError[]
  /** The same errors by their places. */
  readonly known: ErrorIndex
  readonly introspection: JsonObject
  /** Whether somebody is logged in: what a refusal tells them to do depends on it. */
  readonly authenticated: boolean
  /** Collects what comes later, without what lies below a null; absent when nothing is deferred. */
  readonly deferred?: DeferredObject[]
}

/** From a merged value to what the client sees; null when the value is null or had to become null. */
export type Completer = (value: unknown, shaping: Shaping) => unknown

/**
 * One pass over the merged data: fields in the client's order and under its aliases, values checked against the schema,
 * null carried up to the nearest nullable parent (GraphQL specification, 6.4.4).
 */
export function shapeObject(object: JsonObject, shape: SelectionShape, shaping: Shaping): JsonObject | null {
  const typename = object.__typename
  const selection = shape.selectionFor(typename)
  if (selection === undefined) {
    // What is @inaccessible is null as if it were not there; in a non-null position the field says so.
    if (!shape.hides(typename))
      reportUnlessCovered(shaping, `Invalid __typename ${JSON.stringify(typename)} for type ${shape.type.name}.`)
    return null
  }
  // A required field below failed, and took with it what would have told the type.
  if (selection.isPartial && shaping.errors.length > 0 && shaping.known.hasFailedBelow(shaping.path)) return null
  const { deferred } = shaping
  const deferredBefore = deferred?.length ?? 0
  const shaped = selection.build(object, shaping)
  if (shaped === null) {
    if (deferred !== undefined) deferred.length = deferredBefore
    return null
  }
  if (deferred !== undefined) {
    for (const fragment of selection.deferred) deferred.push({ object, path: shaping.path.slice(), fragment })
  }
  return shaped
}

/** The value of one field that is not plain, or not what it has to be; null when there is none. */
export function shapeField(field: ShapedField, object: JsonObject, shaping: Shaping): unknown {
  if (field.source === 'typename') return field.parentType
  if (field.source === 'introspection') return shaping.introspection[field.key]
  shaping.path.push(field.key)
  let value: unknown = null
  if (field.source === 'unknown typename') {
    reportUnlessCovered(shaping, `No service knows the type of this ${field.parentType}.`)
  } else if (field.source === 'denied') {
    shaping.errors.push(deniedError(shaping, field))
  } else {
    const merged = object[field.dataKey]
    if (merged !== undefined && merged !== null) value = field.complete(merged, shaping)
    else if (merged === undefined && shaping.errors.length > 0) explainMissing(shaping.path, shaping)
    if (value === null && field.nonNull) {
      reportUnlessCovered(shaping, `Cannot return null for non-nullable field ${field.parentType}.${field.name}.`)
    }
  }
  shaping.path.pop()
  return value
}

function deniedError(shaping: Shaping, field: ShapedField): GraphQLFormattedError {
  const name = `${field.parentType}.${field.name}`
  return {
    message: shaping.authenticated ? `You may not see ${name}.` : `Log in first: ${name} needs an access token.`,
    path: shaping.path.slice(),
    extensions: { code: shaping.authenticated ? 'FORBIDDEN' : 'UNAUTHENTICATED', field: name },
  }
}

/** Compiles the checks of one output type; nullability of the outermost level is the caller's. */
export function compileCompleter(
  type: GraphQLOutputType,
  children: SelectionShape | undefined,
  hidden: ReadonlySet<string>,
): Completer {
  if (isNonNullType(type)) return compileCompleter(type.ofType, children, hidden)
  if (isListType(type)) return compileList(type.ofType, children, hidden)
  if (isLeafType(type)) return completeLeaf(type, hidden)
  if (children === undefined || !(isObjectType(type) || isAbstractType(type))) {
    throw new Error(`A selection of ${type.name} needs fields`)
  }
  return (value, shaping) => {
    if (isJsonObject(value)) return shapeObject(value, children, shaping)
    reportUnlessCovered(shaping, `Expected an object of type ${type.name}.`)
    return null
  }
}

function compileList(
  elementType: GraphQLOutputType,
  children: SelectionShape | undefined,
  hidden: ReadonlySet<string>,
): Completer {
  const complete = compileCompleter(elementType, children, hidden)
  const nonNull = isNonNullType(elementType)
  return (list, shaping) => {
    if (!Array.isArray(list)) {
      reportUnlessCovered(shaping, `Expected a list of ${elementType}.`)
      return null
    }
    const { deferred } = shaping
    const deferredBefore = deferred?.length ?? 0
    const shaped: unknown[] = new Array(list.length)
    for (let i = 0; i < list.length; i++) {
      const element = list[i]
      shaping.path.push(i)
      let value: unknown = null
      if (element !== null && element !== undefined) value = complete(element, shaping)
      if (value === null && nonNull) {
        reportUnlessCovered(shaping, `Cannot return null for non-nullable element of ${elementType}.`)
      }
      shaping.path.pop()
      if (value === null && nonNull) {
        if (deferred !== undefined) deferred.length = deferredBefore
        return null
      }
      shaped[i] = value
    }
    return shaped
  }
}

/**
 * A null needs one explanation. When a service already reported an error at, above or below this position (or one without
 * a path), that is the explanation; otherwise it is this one.
 */
export function reportUnlessCovered(shaping: Shaping, message: string): void {
  const { path, errors, known } = shaping
  if (errors.length > 0 && known.covers(path)) return
  errors.push({ message, path: path.slice(), extensions: { code: 'INVALID_SUBGRAPH_RESPONSE' } })
}
