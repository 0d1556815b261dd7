import { isJsonObject, type JsonObject } from './json.ts'

/**
 * Merges what a service answered into the tree, in place. Objects and lists of equal length merge by position; null never
 * replaces a value that another service gave (a shared field may fail in one service and succeed in the other).
 */
export function mergeInto(target: JsonObject, source: JsonObject): void {
  for (const key in source) {
    const value = source[key]
    // No field has this name; inside a free-form JSON scalar it would reach Object.prototype.
    if (value === undefined || key === '__proto__') continue
    if (typeof value !== 'object') {
      // Most values: what was there does not matter, so it is not looked up.
      target[key] = value
      continue
    }
    const existing = target[key]
    if (existing === undefined || existing === null) target[key] = value
    else if (value === null || existing === value) continue
    else if (Array.isArray(value)) target[key] = mergeLists(existing, value)
    else if (isJsonObject(existing)) mergeInto(existing, value as JsonObject)
    else target[key] = value
  }
}

function mergeLists(existing: unknown, incoming: unknown[]): unknown[] {
  if (!Array.isArray(existing) || existing.length !== incoming.length) return incoming
  for (let i = 0; i < incoming.length; i++) {
    const old = existing[i]
    const value = incoming[i]
    if (value === null || value === undefined || value === old) continue
    if (isJsonObject(old) && isJsonObject(value)) mergeInto(old, value)
    else if (Array.isArray(old) && Array.isArray(value)) existing[i] = mergeLists(old, value)
    else existing[i] = value
  }
  return existing
}
