import type { Database } from '@gigraph/shared/database'
import { reconciliations } from './tables.ts'

const ONLY = 1

export const findOptionalReconciliation = async (db: Database): Promise<Date | undefined> => {
  const [row] = await db.select().from(reconciliations)
  return row?.comparedUntil
}

export const saveReconciliation = async (db: Database, comparedUntil: Date): Promise<void> => {
  await db
    .insert(reconciliations)
    .values({ id: ONLY, comparedUntil })
    .onConflictDoUpdate({ target: reconciliations.id, set: { comparedUntil } })
}
