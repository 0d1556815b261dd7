import type { JsonObject } from './json.ts'

/** A step of a plan's response path: into a field, into every element of a list, or only into some types. */
export type PathStep =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'list' }
  | { readonly kind: 'types'; readonly types: ReadonlySet<string> }

/** Parses the planner's form: `users.@.pet|[Dog,Cat].owner`. */
export function compileResponsePath(path: readonly (string | number)[]): PathStep[] {
  const steps: PathStep[] = []
  for (const segment of path) {
    const [key = '', condition] = String(segment).split('|[')
    if (key === '@') steps.push({ kind: 'list' })
    else if (key !== '') steps.push({ kind: 'key', key })
    if (condition !== undefined) steps.push({ kind: 'types', types: new Set(condition.slice(0, -1).split(',')) })
  }
  return steps
}

/**
 * Every object that the path reaches. With `shared`, objects may stand at several positions: each is returned once, and
 * what lies below it is walked once.
 */
export function objectsAt(root: JsonObject, steps: readonly PathStep[], shared: boolean): JsonObject[] {
  const found: JsonObject[] = []
  collect(root, steps, 0, found, shared ? steps.map(() => new Set()).concat(new Set()) : undefined)
  return found
}

/** @param walked what was met, by the number of steps taken; absent when nothing is met twice */
function collect(
  from: unknown,
  steps: readonly PathStep[],
  begin: number,
  found: JsonObject[],
  walked: readonly Set<unknown>[] | undefined,
): void {
  let value = from
  for (let taken = begin; value !== null && typeof value === 'object'; taken++) {
    if (walked !== undefined) {
      if (walked[taken]?.has(value)) return
      walked[taken]?.add(value)
    }
    const step = steps[taken]
    if (step?.kind === 'key') value = (value as JsonObject)[step.key]
    else if (step?.kind === 'list') {
      if (!Array.isArray(value)) return
      for (let i = 0; i < value.length; i++) collect(value[i], steps, taken + 1, found, walked)
      return
    } else if (step === undefined) {
      found.push(value as JsonObject)
      return
    } else if (!step.types.has(String((value as JsonObject).__typename))) return
  }
}

/** Receives an object, its response path and the objects above it from the root down, itself last. Both lists are reused. */
export type PositionVisitor = (
  object: JsonObject,
  path: readonly (string | number)[],
  ancestors: readonly JsonObject[],
) => void

/**
 * Calls `visit` with every object that the path reaches, each position once, in response order. Walked only when a service
 * reported an error or a field takes arguments from the objects above it.
 */
export function visitPositions(root: JsonObject, steps: readonly PathStep[], visit: PositionVisitor): void {
  const path: (string | number)[] = []
  const ancestors: JsonObject[] = []
  const walk = (value: unknown, index: number): void => {
    if (value === null || typeof value !== 'object') return
    const step = steps[index]
    if (step?.kind === 'list') {
      walkList(value, index)
      return
    }
    ancestors.push(value as JsonObject)
    if (step === undefined) visit(value as JsonObject, path, ancestors)
    else if (step.kind === 'key') {
      path.push(step.key)
      walk((value as JsonObject)[step.key], index + 1)
      path.pop()
    }
    ancestors.pop()
    if (step?.kind === 'types' && step.types.has(String((value as JsonObject).__typename))) walk(value, index + 1)
  }
  const walkList = (list: object, index: number): void => {
    if (!Array.isArray(list)) return
    for (let i = 0; i < list.length; i++) {
      path.push(i)
      walk(list[i], index + 1)
      path.pop()
    }
  }
  walk(root, 0)
}
