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

/** Every distinct object that the path reaches. An object that stands at several positions is returned once. */
export function objectsAt(root: JsonObject, steps: readonly PathStep[]): JsonObject[] {
  let current: unknown[] = [root]
  for (const step of steps) {
    const next: unknown[] = []
    for (const value of current) {
      if (value === null || typeof value !== 'object') continue
      if (step.kind === 'key') next.push((value as JsonObject)[step.key])
      else if (step.kind === 'types') {
        if (step.types.has(String((value as JsonObject).__typename))) next.push(value)
      } else if (Array.isArray(value)) for (const element of value) next.push(element)
    }
    current = next.length > 1 ? [...new Set(next)] : next
  }
  return current.filter((value): value is JsonObject => typeof value === 'object' && value !== null)
}

/**
 * Calls `visit` with every object that the path reaches and its concrete response path, each position once, in response
 * order. Walked only when a service reported an error, so the price is paid by failures alone. The path is a fresh copy.
 */
export function visitPositions(
  root: JsonObject,
  steps: readonly PathStep[],
  visit: (object: JsonObject, path: (string | number)[]) => void,
): void {
  const path: (string | number)[] = []
  const walk = (value: unknown, index: number): void => {
    if (value === null || typeof value !== 'object') return
    const step = steps[index]
    if (step === undefined) visit(value as JsonObject, path.slice())
    else if (step.kind === 'types') {
      if (step.types.has(String((value as JsonObject).__typename))) walk(value, index + 1)
    } else if (step.kind === 'key') {
      path.push(step.key)
      walk((value as JsonObject)[step.key], index + 1)
      path.pop()
    } else if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        path.push(i)
        walk(value[i], index + 1)
        path.pop()
      }
    }
  }
  walk(root, 0)
}
