import { transaction } from '@gigraph/shared/database'
import { and, isNotNull, isNull } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { ReviewRow } from '../review/review.ts'
import { reviews, summaries, toolFeedback } from '../tables.ts'
import { emptySummary, type Summary, type SummaryKind, withRating } from './summary.ts'
import { saveSummary } from './summary-store.ts'

type Key = `${SummaryKind}:${string}`

const keysOf = (review: ReviewRow): Key[] => [
  `${review.side === 'BUYER' ? 'SELLER' : 'BUYER'}:${review.revieweeId}`,
  ...(review.gigId ? ([`GIG:${review.gigId}`] as const) : []),
]

const sameCounts = (one: Summary, other: Summary): boolean =>
  JSON.stringify([one.stars, sorted(one.aspects)]) === JSON.stringify([other.stars, sorted(other.aspects)])

const sorted = (aspects: Summary['aspects']) =>
  Object.entries(aspects)
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([name, value]) => [name, value.count, value.sum])

/** Counts all visible reviews and feedback anew and mends the summaries that differ. Answers how many did. */
export const recomputeSummaries = ({ db }: Context): Promise<number> =>
  transaction(
    db,
    async (tx) => {
      const counted = new Map<Key, Summary>()
      const add = (key: Key, rated: { rating: number; aspects: Partial<Record<string, number>> }) =>
        counted.set(key, withRating(counted.get(key) ?? emptySummary, rated, 1))
      for (const review of await tx
        .select()
        .from(reviews)
        .where(and(isNotNull(reviews.publishedAt), isNull(reviews.hiddenAt))))
        for (const key of keysOf(review)) add(key, review)
      for (const { toolId, rating } of await tx.select().from(toolFeedback))
        add(`TOOL:${toolId}`, { rating, aspects: {} })

      let mended = 0
      for (const row of await tx.select().from(summaries)) {
        const right = counted.get(`${row.kind}:${row.subjectId}`) ?? emptySummary
        if (sameCounts(row, right)) continue
        await saveSummary(tx, row.kind, row.subjectId, right)
        mended += 1
      }
      return mended
    },
    { isolationLevel: 'repeatable read' },
  )
