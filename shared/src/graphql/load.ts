import DataLoader from 'dataloader'

/** Reads many things at once: a map from key to thing; keys that do not exist are absent. */
export type Batch<Context, Key, Value> = (context: Context, keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>

const LOADERS = Symbol('loaders')

/**
 * The loaders of a context, kept on itself. In a WeakMap they would outlive the request: collecting young objects, V8 takes a WeakMap's
 * values for reachable whether their key is or not, so everything that a request has read would grow old first. Not enumerable: a copy of
 * a context reads for itself.
 */
const loadersOf = (context: object & { readonly [LOADERS]?: Map<unknown, unknown> }): Map<unknown, unknown> => {
  if (context[LOADERS]) return context[LOADERS]
  const loaders = new Map<unknown, unknown>()
  Object.defineProperty(context, LOADERS, { value: loaders })
  return loaders
}

/**
 * Reads one thing together with all others that the same request asks for in the same tick, and each only once.
 *
 * @param context the request's context: its life is the cache's
 * @param batch the function that reads; its identity names the loader, so pass a constant of a module
 * @returns `null` when the key does not exist
 */
export const load = <Context extends object, Key, Value>(
  context: Context,
  batch: Batch<Context, Key, Value>,
  key: Key,
): Promise<Value | null> => {
  const loaders = loadersOf(context)
  const known = loaders.get(batch) as DataLoader<Key, Value | null> | undefined
  const loader = known ?? createLoader(context, batch)
  if (!known) loaders.set(batch, loader)
  return loader.load(key)
}

/** Lets a request read anew what it has read before: it has changed it meanwhile. */
export const forgetLoaded = (context: object): void => loadersOf(context).clear()

const createLoader = <Context, Key, Value>(context: Context, batch: Batch<Context, Key, Value>) =>
  new DataLoader<Key, Value | null>(async (keys) => {
    const found = await batch(context, keys)
    return keys.map((key) => found.get(key) ?? null)
  })

/** Rows by one of their values, for a {@link Batch}. */
export const indexBy = <Row, Key>(items: readonly Row[], keyOf: (row: Row) => Key): Map<Key, Row> => {
  const index = new Map<Key, Row>()
  for (const row of items) index.set(keyOf(row), row)
  return index
}

/** Rows in groups by one of their values, for a {@link Batch}; every asked key has a group, empty or not. */
export const groupBy = <Row, Key>(
  keys: readonly Key[],
  items: readonly Row[],
  keyOf: (row: Row) => Key,
): Map<Key, Row[]> => {
  const groups = new Map<Key, Row[]>(keys.map((key) => [key, []]))
  for (const row of items) groups.get(keyOf(row))?.push(row)
  return groups
}
