import { rows, type Transaction } from '@gigraph/shared/database'
import { type SQL, sql } from 'drizzle-orm'
import { relist } from '../listing/relist.ts'
import { gigFeedback } from '../tables.ts'

/** Something that happened to a gig, once per order or review. */
export type Feedback = typeof gigFeedback.$inferInsert

const EVERY = sql`true`

/** The numbers of gigs: what was imported and what happened since. A pure function of `gig_feedback` and the imported numbers. */
const count = async (tx: Transaction, condition: SQL): Promise<number> => {
  const changed = await rows(
    tx,
    sql`
    update gigs set sales = counted.sales, rating_count = counted.rating_count, rating_sum = counted.rating_sum
    from (
      select gigs.id,
        gigs.imported_sales + count(*) filter (where happened.kind = 'SALE') as sales,
        gigs.imported_rating_count + count(happened.rating) filter (where not happened.hidden) as rating_count,
        gigs.imported_rating_sum + coalesce(sum(happened.rating) filter (where not happened.hidden), 0) as rating_sum
      from gigs left join gig_feedback as happened on happened.gig_id = gigs.id
      where ${condition} group by gigs.id
    ) as counted
    where gigs.id = counted.id
      and (gigs.sales, gigs.rating_count, gigs.rating_sum)
        is distinct from (counted.sales, counted.rating_count, counted.rating_sum)
    returning gigs.id`,
  )
  return changed.length
}

/** Counts all gigs anew; search follows by `relist`. Answers how many numbers were something else before. */
export const countAll = (tx: Transaction) => count(tx, EVERY)

/**
 * Notes what happened to a gig and brings its numbers and search up to it. The same thing told again changes nothing; of two
 * tellings about one review the later one says whether it is hidden, and a hiding beats a publication of the same instant.
 */
export const noteFeedback = async (tx: Transaction, fact: Feedback): Promise<void> => {
  // Two reactions to the same gig at once would each count without the other's row.
  await tx.execute(sql`select from gigs where id = ${fact.gigId}::uuid for update`)
  const isLater = sql`(excluded.happened_at, excluded.hidden) > (${gigFeedback.happenedAt}, ${gigFeedback.hidden})`
  await tx
    .insert(gigFeedback)
    .values(fact)
    .onConflictDoUpdate({
      target: gigFeedback.sourceId,
      set: {
        rating: sql`coalesce(${gigFeedback.rating}, excluded.rating)`,
        hidden: sql`case when ${isLater} then excluded.hidden else ${gigFeedback.hidden} end`,
        happenedAt: sql`greatest(${gigFeedback.happenedAt}, excluded.happened_at)`,
      },
    })
  await count(tx, sql`gigs.id = ${fact.gigId}::uuid`)
  await relist(tx, [fact.gigId])
}
