import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { type Database, rows } from '../database/index.ts'

/** A database that also keeps the statements which run through it: queries of the builder and plain SQL. */
export const recordStatements = (
  database: Database,
): { readonly db: Database; readonly statements: readonly SQL[] } => {
  const statements: SQL[] = []
  /** Of the query builder, every step of which makes the next one. */
  const follow = <Step extends object>(step: Step): Step =>
    new Proxy(step, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target)
        if (name === 'then' && 'getSQL' in target) statements.push((target as unknown as SQLWrapper).getSQL())
        if (typeof value !== 'function') return value
        return (...given: unknown[]) => {
          const next: unknown = Reflect.apply(value, target, given)
          return next && typeof next === 'object' && ('from' in next || 'getSQL' in next) ? follow(next) : next
        }
      },
    })
  const db = new Proxy<Database>(database, {
    get: (target, name) => {
      if (name === 'select') return (...given: []) => follow(target.select(...given))
      if (name !== 'execute') return Reflect.get(target, name)
      return (query: SQL) => {
        statements.push(query)
        return target.execute(query)
      }
    },
  })
  return { db, statements }
}

/** How many rows a statement looks at, those that it then drops included. Runs it. */
export const rowsLookedAt = async (db: Database, statement: SQL): Promise<number> => {
  const [answer] = await rows<{ 'QUERY PLAN': unknown }>(db, sql`explain (analyze, format json) ${statement}`)
  let most = 0
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const node = value as Readonly<Record<string, unknown>>
    const of = (name: string) => Number(node[name] ?? 0)
    const seen = of('Actual Rows') + of('Rows Removed by Filter') + of('Rows Removed by Index Recheck')
    most = Math.max(most, seen * (of('Actual Loops') || 1))
    for (const each of Object.values(node)) visit(each)
  }
  visit(answer)
  return most
}
