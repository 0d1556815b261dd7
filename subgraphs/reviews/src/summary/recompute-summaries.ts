import { rows, transaction } from '@gigraph/shared/database'
import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { reviews, summaries, toolFeedback } from '../tables.ts'
import { emptySummary, type Summary, type SummaryKind } from './summary.ts'
import { findSummaryForUpdate, saveSummary } from './summary-store.ts'

interface Subject {
  readonly kind: SummaryKind
  readonly subject_id: string
}

/** What the visible reviews and the feedback come to, of every subject, by another way than the one that keeps the summaries. */
const counted = sql`(
  with visible as (select * from ${reviews} where published_at is not null and hidden_at is null),
  rated as (
    select case side when 'BUYER' then 'SELLER' else 'BUYER' end as kind, reviewee_id as subject_id, rating, aspects from visible
    union all select 'GIG', gig_id, rating, aspects from visible where gig_id is not null
    union all select 'TOOL', tool_id, rating, '{}' from ${toolFeedback} where hidden_at is null
  ),
  by_star as (
    select kind, subject_id, array[
      ${sql.join(
        emptySummary.stars.map(
          (_, index) => sql`(count(*) filter (where rating = ${sql.raw(String(index + 1))}))::int`,
        ),
        sql`, `,
      )}
    ] as stars from rated group by kind, subject_id
  ),
  by_aspect as (
    select kind, subject_id, jsonb_object_agg(aspect, jsonb_build_object('count', count, 'sum', sum)) as aspects
    from (
      select kind, subject_id, aspect, count(*) as count, sum(value::int) as sum
      from rated cross join jsonb_each_text(aspects) as each (aspect, value) group by kind, subject_id, aspect
    ) as one group by kind, subject_id
  )
  select kind, subject_id, stars, coalesce(aspects, '{}') as aspects from by_star left join by_aspect using (kind, subject_id)
)`

const listDrifted = ({ db }: Context): Promise<Subject[]> =>
  rows<Subject>(
    db,
    sql`select kind, subject_id from ${summaries} as kept full join ${counted} as counted using (kind, subject_id)
      where coalesce(kept.stars, '{0,0,0,0,0}') <> coalesce(counted.stars, '{0,0,0,0,0}')
        or coalesce(kept.aspects, '{}') <> coalesce(counted.aspects, '{}')`,
  )

/** What counts and its summary change in one transaction, which needs the same lock: while it is held here, the count is exact. */
const mend = ({ db }: Context, { kind, subject_id: subjectId }: Subject): Promise<void> =>
  transaction(db, async (tx) => {
    await findSummaryForUpdate(tx, kind, subjectId)
    const [right = emptySummary] = await rows<Summary>(
      tx,
      sql`select stars, aspects from ${counted} as counted where kind = ${kind} and subject_id = ${subjectId}::uuid`,
    )
    await saveSummary(tx, kind, subjectId, right)
  })

/** Counts all visible reviews and feedback anew and mends the summaries that differ or are missing. Answers how many did. */
export const recomputeSummaries = async (ctx: Context): Promise<number> => {
  const drifted = await listDrifted(ctx)
  for (const subject of drifted) await mend(ctx, subject)
  return drifted.length
}
