import { and, asc, desc, eq, getTableName, gt, gte, lt, lte, or, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { badUserInput } from '../errors/index.ts'
import { isId } from '../time/index.ts'
import { isStorable } from './storable.ts'

/** Arguments of every connection (GraphQL Cursor Connections specification): forwards with first/after or backwards with last/before. */
export interface ConnectionArguments {
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
  readonly last?: number | null | undefined
  readonly before?: string | null | undefined
}

export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[]
  readonly nodes: readonly Node[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

/** One column of a list's order. The last key must be unique, so that pages neither skip nor repeat. */
export interface OrderKey<Row> {
  readonly column: PgColumn
  readonly direction: 'asc' | 'desc'
  /** The row's value in that column, as it stands in the cursor. */
  readonly of: (row: Row) => string | number | Date
  /** Tells apart what stands in the same column in different orders; the column's name otherwise. */
  readonly name?: string
}

/** What the caller's query needs: add `where` to its own conditions, order by `orderBy`, take `limit` rows. */
export interface PageQuery {
  readonly where: SQL | undefined
  readonly orderBy: SQL[]
  readonly limit: number
}

const DEFAULT_PAGE_SIZE = 20
const MAXIMUM_PAGE_SIZE = 100

interface Page {
  readonly size: number
  readonly backwards: boolean
  readonly cursor: string | null
}

const parsePage = ({ first, after, last, before }: ConnectionArguments): Page => {
  if (first != null && last != null) throw badUserInput('Pass first or last, not both.', 'first')
  if (after != null && before != null) throw badUserInput('Pass after or before, not both.', 'after')
  const backwards = last != null || (first == null && before != null)
  if (backwards && after != null) throw badUserInput('last pages backwards: pass before, not after.', 'after')
  if (!backwards && before != null) throw badUserInput('first pages forwards: pass after, not before.', 'before')
  const size = first ?? last ?? DEFAULT_PAGE_SIZE
  if (size < 0 || size > MAXIMUM_PAGE_SIZE)
    throw badUserInput(
      `${last == null ? 'first' : 'last'} must be from 0 to ${MAXIMUM_PAGE_SIZE}.`,
      last == null ? 'first' : 'last',
    )
  return { size, backwards, cursor: (backwards ? before : after) ?? null }
}

/** Says of which order a cursor is: one of another list, or of another order of this one, would page on somewhere. */
const orderOf = <Row>(keys: readonly OrderKey<Row>[]): string =>
  hash(
    keys
      .map(({ column, direction, name }) => `${name ?? `${getTableName(column.table)}.${column.name}`} ${direction}`)
      .join(),
  )

/** FNV-1a. */
const hash = (text: string): string => {
  let value = 0x811c9dc5
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0
  return value.toString(36)
}

const encodeCursor = <Row>(order: string, keys: readonly OrderKey<Row>[], row: Row): string =>
  Buffer.from(JSON.stringify([order, ...keys.map((key) => key.of(row))])).toString('base64url')

type Edge<Node> = Connection<Node>['edges'][number]

/** Whole numbers that a column holds, to either side; of `double precision` any number. */
const reaches: Readonly<Record<string, number>> = {
  PgSmallInt: 2 ** 15 - 1,
  PgInteger: 2 ** 31 - 1,
  PgBigInt53: Number.MAX_SAFE_INTEGER,
}

const holdsNumber = ({ columnType }: PgColumn, value: number): boolean => {
  const reach = reaches[columnType]
  return reach === undefined ? Number.isFinite(value) : Number.isInteger(value) && Math.abs(value) <= reach
}

/** The value of a cursor as its column takes it. @throws {Error} when it is none of that column's */
const keyOf = (column: PgColumn, value: unknown): unknown => {
  const { dataType, columnType } = column
  if (dataType === 'number' && typeof value === 'number' && holdsNumber(column, value)) return value
  if (dataType === 'number' || typeof value !== 'string' || !isStorable(value)) throw new Error('not a key')
  if (columnType === 'PgUUID' && !isId(value)) throw new Error('not an id')
  if (dataType !== 'date') return value
  const instant = new Date(value)
  // Of years beyond 9999 PostgreSQL knows another spelling.
  if (!/^\d{4}-/.test(value) || Number.isNaN(instant.getTime())) throw new Error('not an instant')
  return instant
}

const decodeCursor = <Row>(keys: readonly OrderKey<Row>[], cursor: string): unknown[] => {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (!Array.isArray(values) || values.length !== keys.length + 1) throw new Error('other keys')
    const [order, ...position] = values as unknown[]
    if (order !== orderOf(keys)) throw new Error('another order')
    return keys.map((key, index) => keyOf(key.column, position[index]))
  } catch {
    throw badUserInput('The cursor is not one of this list in this order; start again without it.', 'after')
  }
}

/** `(a, b) > (x, y)` for keys of mixed directions. The bound on the first key alone says nothing new, but an index can use it. */
const beyond = <Row>(
  keys: readonly OrderKey<Row>[],
  values: readonly unknown[],
  backwards: boolean,
): SQL | undefined => {
  const forwards = ({ direction }: OrderKey<Row>) => (direction === 'asc') !== backwards
  const [first] = keys
  const bound = first && (forwards(first) ? gte(first.column, values[0]) : lte(first.column, values[0]))
  const after = keys.map((key, index) => {
    const equal = keys.slice(0, index).map((other, position) => eq(other.column, values[position]))
    return and(...equal, forwards(key) ? gt(key.column, values[index]) : lt(key.column, values[index]))
  })
  return and(bound, or(...after))
}

/**
 * One keyset page of a list. Rows that are inserted meanwhile neither shift nor repeat others.
 *
 * @param query reads `limit` rows beyond the cursor in the given order
 * @throws {ApplicationError} BAD_USER_INPUT for sizes over 100, contradictory arguments and foreign cursors
 */
export const paginate = async <Row>(
  args: ConnectionArguments,
  keys: readonly OrderKey<Row>[],
  query: (page: PageQuery) => Promise<Row[]>,
): Promise<Connection<Row>> => {
  const { size, backwards, cursor } = parsePage(args)
  const found = await query({
    where: cursor === null ? undefined : beyond(keys, decodeCursor(keys, cursor), backwards),
    orderBy: keys.map(({ column, direction }) => ((direction === 'asc') !== backwards ? asc(column) : desc(column))),
    limit: size + 1,
  })
  const more = found.length > size
  const page = found.slice(0, size)
  if (backwards) page.reverse()
  const order = orderOf(keys)
  const edges = page.map((node) => ({ cursor: encodeCursor(order, keys, node), node }))
  return {
    edges,
    nodes: page,
    pageInfo: {
      hasNextPage: backwards ? cursor !== null : more,
      hasPreviousPage: backwards ? more : cursor !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

/** The same page with other nodes: rows as the graph shows them. */
export const mapConnection = <Row, Node>(connection: Connection<Row>, node: (row: Row) => Node): Connection<Node> => {
  const nodes = connection.nodes.map(node)
  return {
    ...connection,
    nodes,
    edges: connection.edges.map(({ cursor }, index) => ({ cursor, node: nodes[index] as Node })),
  }
}

/** The same page without the nodes that are null: what was there when the page was read, and is gone. */
export const dropAbsent = <Node>(connection: Connection<Node | null>): Connection<Node> => ({
  ...connection,
  nodes: connection.nodes.filter((node) => node !== null),
  edges: connection.edges.filter((edge): edge is Edge<Node> => edge.node !== null),
})
