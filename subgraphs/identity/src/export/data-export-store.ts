import type { Database, Transaction } from '@gigraph/shared/database'
import { and, desc, eq, gt, lte } from 'drizzle-orm'
import { dataExports } from '../tables.ts'

export type DataExport = typeof dataExports.$inferSelect

export const insertDataExport = async (tx: Transaction, row: typeof dataExports.$inferInsert): Promise<DataExport> => {
  const [saved] = await tx.insert(dataExports).values(row).returning()
  if (!saved) throw new Error('PostgreSQL returned no row')
  return saved
}

export const findOptionalDataExport = async (db: Database, id: string): Promise<DataExport | null> => {
  const [found] = await db.select().from(dataExports).where(eq(dataExports.id, id))
  return found ?? null
}

export const findNewestDataExport = async (db: Database, userId: string): Promise<DataExport | null> => {
  const [found] = await db
    .select()
    .from(dataExports)
    .where(eq(dataExports.userId, userId))
    .orderBy(desc(dataExports.requestedAt))
    .limit(1)
  return found ?? null
}

/** What a link leads to, while it works. */
export const findDataExportByToken = async (db: Database, tokenHash: string, at: Date): Promise<DataExport | null> => {
  const [found] = await db
    .select()
    .from(dataExports)
    .where(and(eq(dataExports.tokenHash, tokenHash), eq(dataExports.status, 'READY'), gt(dataExports.expiresAt, at)))
  return found ?? null
}

/** Changes it while it is in that status; null when it is no longer. */
export const updateDataExport = async (
  db: Database,
  { id, status }: Pick<DataExport, 'id' | 'status'>,
  change: Partial<typeof dataExports.$inferInsert>,
): Promise<DataExport | null> => {
  const [changed] = await db
    .update(dataExports)
    .set(change)
    .where(and(eq(dataExports.id, id), eq(dataExports.status, status)))
    .returning()
  return changed ?? null
}

export const listOverDataExports = (db: Database, at: Date, limit: number): Promise<DataExport[]> =>
  db
    .select()
    .from(dataExports)
    .where(and(eq(dataExports.status, 'READY'), lte(dataExports.expiresAt, at)))
    .limit(limit)

/** Those whose collecting was last begun before `before`. */
export const listStuckDataExports = (db: Database, before: Date, limit: number): Promise<DataExport[]> =>
  db
    .select()
    .from(dataExports)
    .where(and(eq(dataExports.status, 'PENDING'), lte(dataExports.begunAt, before)))
    .limit(limit)

/** The links of a user end now; the sweep deletes the archives. */
export const endDataExports = async (tx: Transaction, userId: string, at: Date): Promise<void> => {
  await tx
    .update(dataExports)
    .set({ expiresAt: at, tokenHash: null, status: 'READY' })
    .where(and(eq(dataExports.userId, userId), eq(dataExports.status, 'READY')))
  await tx
    .update(dataExports)
    .set({ status: 'FAILED' })
    .where(and(eq(dataExports.userId, userId), eq(dataExports.status, 'PENDING')))
}
