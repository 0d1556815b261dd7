/** A JSON object as services answer it and as it is merged. */
export type JsonObject = Record<string, unknown>

/** True for JSON objects: not null, not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A copy that shares no object or list with `value`. */
export function cloneJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(cloneJson) as T
  const copy: JsonObject = {}
  for (const key in value) setKey(copy, key, cloneJson((value as JsonObject)[key]))
  return copy as T
}

/**
 * Sets a key of an object, whatever its name. Assigning to `__proto__` would set the prototype instead; clients may use it
 * as an alias, and free-form JSON scalars may contain it.
 */
function setKey(object: JsonObject, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
}
