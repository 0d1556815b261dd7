/** Kubernetes' own schemas, compiled; a model's `validate` throws and says what is wrong. */
type Model = new (manifest: unknown) => { validate(): void }

/** Wraps what is validated so that it is known which fields were asked for: a schema asks for every field that it knows. */
const watch = (value: unknown, path: string, unasked: Map<string, Set<string>>): unknown => {
  if (value === null || typeof value !== 'object') return value
  const known = unasked.get(path) ?? new Set(Array.isArray(value) ? [] : Object.keys(value))
  unasked.set(path, known)
  return new Proxy(value, {
    get: (target, key) => {
      if (typeof key === 'string') known.delete(key)
      return watch(Reflect.get(target, key), `${path}/${String(key)}`, unasked)
    },
  })
}

/**
 * What Kubernetes' schema finds wrong with a manifest, and the fields that it does not know: those are misspelt, and a cluster would
 * drop them without a word.
 */
export const faultsOf = async (manifest: { readonly apiVersion: string; readonly kind: string }): Promise<string[]> => {
  const { apiVersion, kind } = manifest
  // One by one: all kinds of a version together are hundreds of files.
  const models: Record<string, Model | undefined> = await import(
    /* @vite-ignore */ `kubernetes-models/${apiVersion}/${kind}`
  ).catch(() => ({}))
  const Known = models[kind]
  if (!Known) return [`there is no ${kind} in ${apiVersion}`]
  const unasked = new Map<string, Set<string>>()
  try {
    // Not through its constructor, which copies.
    Known.prototype.validate.call(watch(manifest, kind, unasked))
  } catch (error) {
    return [String(error)]
  }
  return [...unasked].flatMap(([path, fields]) => [...fields].map((field) => `${path}/${field} is unknown`))
}
