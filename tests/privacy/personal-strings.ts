import { serviceNames } from '@gigraph/dev/stack'
import { rows } from '@gigraph/shared/database'
import { type PersonalPage, personalDataOf } from '@gigraph/shared/personal-data'
import { sql } from 'drizzle-orm'
import type { Everything } from './start-everything.ts'

/** Everything that the services' parts of the export say of a person: by service, by kind of record. */
export const exported = async ({ services }: Everything, userId: string) => {
  const found: Record<string, Record<string, Record<string, unknown>[]>> = {}
  for (const service of serviceNames) {
    const kinds: Record<string, Record<string, unknown>[]> = {}
    let cursor: string | null = null
    do {
      const input = { userId, cursor }
      const answer = await services[service].service.procedure(personalDataOf(service).name, input, 'test')
      const page = answer as PersonalPage
      if (page.name !== null) kinds[page.name] = [...(kinds[page.name] ?? []), ...page.records]
      cursor = page.cursor
    } while (cursor !== null)
    found[service] = kinds
  }
  return found
}

/** The texts within a JSON value, each with the way to it. */
export const textsIn = (value: unknown, way: readonly string[] = []): { way: string; text: string }[] => {
  if (typeof value === 'string') return [{ way: way.join('.'), text: value }]
  if (Array.isArray(value)) return value.flatMap((item) => textsIn(item, way))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, [...way, name]))
}

/** Every text in every column of every table of every service, whatever its type: as `service.table.column`. */
export const wholeDatabase = async ({ services }: Everything): Promise<{ way: string; text: string }[]> => {
  const texts: { way: string; text: string }[] = []
  for (const service of serviceNames) {
    const { db } = services[service].context
    const tables = await rows<{ name: string }>(
      db,
      sql`select tablename as name from pg_tables where schemaname = 'public'`,
    )
    for (const { name } of tables) {
      const found = await rows<{ row: unknown }>(db, sql`select to_jsonb(t) as row from ${sql.identifier(name)} t`)
      for (const { row } of found) texts.push(...textsIn(row, [service, name]))
    }
  }
  return texts
}
