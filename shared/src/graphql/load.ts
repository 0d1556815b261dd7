import DataLoader from 'dataloader'

/** Reads many things at once: a map from key to thing; keys that do not exist are absent. */
export type Batch<Context, Key, Value> = (context: Context, keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>

const loaders = new WeakMap<object, Map<unknown, unknown>>()

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
  const known = loaders.get(context) ?? new Map<unknown, unknown>()
  loaders.set(context, known)
  const loader = (known.get(batch) as DataLoader<Key, Value | null> | undefined) ?? createLoader(context, batch)
  known.set(batch, loader)
  return loader.load(key)
}

const createLoader = <Context, Key, Value>(context: Context, batch: Batch<Context, Key, Value>) =>
  new DataLoader<Key, Value | null>(async (keys) => {
    const found = await batch(context, keys)
    return keys.map((key) => found.get(key) ?? null)
  })

/** Rows by one of their values, for a {@link Batch}. */
export const indexBy = <Row, Key>(items: readonly Row[], keyOf: (row: Row) => Key): Map<Key, Row> =>
  new Map(items.map((row) => [keyOf(row), row]))

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
