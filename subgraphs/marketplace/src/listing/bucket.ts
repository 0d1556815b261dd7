import { type SQL, sql } from 'drizzle-orm'
import { type Category, categories, categoryOf } from '../category/category.ts'

/** Where bands of prices begin, in cents of USD. */
export const PRICE_BANDS = [0, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000] as const
/** Where bands of delivery days begin. */
export const DELIVERY_BANDS = [1, 2, 4, 8, 15] as const
const LEVELS = 4

/**
 * Everything that search counts by, in one number: category, band of prices, band of delivery days, level. PostgreSQL counts
 * many rows by one number several times faster than by four columns, and an index over it covers the counts of a category.
 *
 * 11 bits: top category; 10 bits: category below it; 8 bits: the bands and the level.
 */
const CATEGORY_BITS = 10
const SPREAD_BITS = 8

/** FNV-1a: the number of a category follows from its id alone, so that a new category changes no other's. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0
  return value
}

const codeOf = ({ id, parentId }: Category): number => {
  const top = hash(parentId ?? id) % 2 ** 11
  return (top << CATEGORY_BITS) | (parentId === null ? 0 : hash(id) % 2 ** CATEGORY_BITS)
}

/** The lower level by its number. That no two share one is tested. */
export const categoryByCode: ReadonlyMap<number, Category> = new Map(
  categories.filter(({ parentId }) => parentId !== null).map((category) => [codeOf(category), category]),
)

/** The buckets of a category of either level: from the first to the last of them. */
export const bucketsOf = (categoryId: string): readonly [number, number] => {
  const category = categoryOf(categoryId)
  const code = codeOf(category)
  const last = category.parentId === null ? code | (2 ** CATEGORY_BITS - 1) : code
  return [code << SPREAD_BITS, (last << SPREAD_BITS) | (2 ** SPREAD_BITS - 1)]
}

const bandOf = (value: SQL, starts: readonly number[]) =>
  sql`(width_bucket(${value}, array[${sql.raw(starts.join(', '))}]::bigint[]) - 1)`

const codes = JSON.stringify(Object.fromEntries([...categoryByCode].map(([code, { id }]) => [id, code])))

/**
 * A source of one row, `coded.code`: the number of a lower category, null when there is none of this id. A key is looked up by
 * halving; joining with a list of values, PostgreSQL made and compared all of them for every gig.
 */
export const coded = (categoryId: SQL): SQL =>
  sql`lateral (select (${sql.raw(`'${codes}'::jsonb`)} ->> ${categoryId})::int as code) as coded`

/** The bucket of a row, of {@link coded} and columns of these names. */
export const bucket = (columns: { readonly price: SQL; readonly days: SQL; readonly level: SQL }): SQL =>
  sql`((coded.code << ${sql.raw(String(SPREAD_BITS))})
    | (${bandOf(columns.price, PRICE_BANDS)} * ${sql.raw(String(DELIVERY_BANDS.length * LEVELS))}
      + ${bandOf(sql`${columns.days}::bigint`, DELIVERY_BANDS)} * ${sql.raw(String(LEVELS))} + ${columns.level} - 1))`

/** The parts of a column `bucket`, each from 0 on. */
export const partsOfBucket = {
  code: sql.raw(`(bucket >> ${SPREAD_BITS})`),
  price: sql.raw(`((bucket & ${2 ** SPREAD_BITS - 1}) / ${DELIVERY_BANDS.length * LEVELS})`),
  delivery: sql.raw(`((bucket & ${2 ** SPREAD_BITS - 1}) % ${DELIVERY_BANDS.length * LEVELS} / ${LEVELS})`),
  level: sql.raw(`((bucket & ${2 ** SPREAD_BITS - 1}) % ${LEVELS})`),
}
