import { prepared, type Transaction } from '@gigraph/shared/database'
import type { Batch } from '@gigraph/shared/graphql'
import { and, eq, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { summaries } from '../tables.ts'
import { emptySummary, type Summary, type SummaryKind } from './summary.ts'

/** The summary, locked until the transaction ends; made when there is none. */
export const findSummaryForUpdate = async (tx: Transaction, kind: SummaryKind, subjectId: string): Promise<Summary> => {
  await tx
    .insert(summaries)
    .values({ kind, subjectId, stars: [...emptySummary.stars], aspects: {} })
    .onConflictDoNothing()
  const [row] = await tx
    .select()
    .from(summaries)
    .where(and(eq(summaries.kind, kind), eq(summaries.subjectId, subjectId)))
    .for('update')
  return row ?? emptySummary
}

export const saveSummary = (tx: Transaction, kind: SummaryKind, subjectId: string, { stars, aspects }: Summary) =>
  tx
    .update(summaries)
    .set({ stars: [...stars], aspects: { ...aspects } as Record<string, { count: number; sum: number }> })
    .where(and(eq(summaries.kind, kind), eq(summaries.subjectId, subjectId)))

const ofSubjects = prepared((db) =>
  db
    .select()
    .from(summaries)
    .where(
      and(
        eq(summaries.kind, sql.placeholder('kind')),
        sql`${summaries.subjectId} = any(${sql.placeholder('ids')}::uuid[])`,
      ),
    )
    .prepare('summaries-of-subjects'),
)

const byKind =
  (kind: SummaryKind): Batch<Context, string, Summary> =>
  async ({ db }, ids) =>
    new Map((await ofSubjects(db).execute({ kind, ids })).map((row) => [row.subjectId, row]))

/** Summaries of many subjects at once; a batch per kind. */
export const summariesOf: Readonly<Record<SummaryKind, Batch<Context, string, Summary>>> = {
  GIG: byKind('GIG'),
  SELLER: byKind('SELLER'),
  BUYER: byKind('BUYER'),
  TOOL: byKind('TOOL'),
}
