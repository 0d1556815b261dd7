import { Column, getTableName, is, SQL } from 'drizzle-orm'

/** Of a prepared Drizzle query what its types leave out. */
interface Prepared {
  readonly fields?: readonly { readonly path: readonly string[]; readonly field: unknown }[]
  /** By table: false for one that an outer join may find no row of. */
  readonly joinsNotNullableMap?: Readonly<Record<string, boolean>>
  customResultMapper?: (rows: readonly (readonly unknown[])[]) => readonly object[]
}

/** What becomes of one column: a key of the row's object, or of an object under it. */
interface Place {
  readonly parent: string | undefined
  readonly key: string
  readonly decode: (value: unknown) => unknown
}

type Values = Record<string, unknown>

const decoderOf = (field: unknown): Place['decode'] | undefined => {
  if (is(field, Column)) return (value) => field.mapFromDriverValue(value)
  if (!is(field, SQL)) return undefined
  const { decoder } = field as unknown as { readonly decoder: { mapFromDriverValue: Place['decode'] } }
  return (value) => decoder.mapFromDriverValue(value)
}

/** Undefined when Drizzle has to do it: objects of an outer join, which are null as a whole, or such within others. */
const placesOf = ({ fields, joinsNotNullableMap }: Prepared): readonly Place[] | undefined => {
  const places: Place[] = []
  for (const { path, field } of fields ?? []) {
    const [first = '', second] = path
    const decode = decoderOf(field)
    const optional = is(field, Column) && joinsNotNullableMap?.[getTableName(field.table)] === false
    if (!decode || path.length > 2 || (second !== undefined && optional)) return undefined
    places.push({ parent: second === undefined ? undefined : first, key: second ?? first, decode })
  }
  return places.length > 0 ? places : undefined
}

const objectOf = (places: readonly Place[], row: readonly unknown[]): Values => {
  const object: Values = {}
  let parent: string | undefined
  let node = object
  for (const [index, place] of places.entries()) {
    if (place.parent !== parent) {
      parent = place.parent
      node = object
      if (parent !== undefined) {
        node = (object[parent] as Values | undefined) ?? {}
        object[parent] = node
      }
    }
    const value = row[index]
    node[place.key] = value === null ? null : place.decode(value)
  }
  return object
}

/**
 * Lets a prepared query make objects of its rows by a list of what becomes of each column. Drizzle finds that out anew for every
 * column of every row, which took longer than everything else that the query costs the process.
 *
 * @returns the same query
 */
export const mapRowsByList = <Query extends object>(query: Query): Query => {
  const prepared = query as Prepared
  const places = placesOf(prepared)
  if (places) prepared.customResultMapper = (rows) => rows.map((row) => objectOf(places, row))
  return query
}
