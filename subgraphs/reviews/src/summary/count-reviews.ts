import type { Transaction } from '@gigraph/shared/database'
import type { ReviewRow } from '../review/review.ts'
import { countOf, type SummaryKind, sumOf, withRating } from './summary.ts'
import { findSummaryForUpdate, saveSummary } from './summary-store.ts'

/** Counts anything with stars into (`1`) or out of (`-1`) one subject's summary. */
export const countOne = async (
  tx: Transaction,
  kind: SummaryKind,
  subjectId: string,
  rated: { readonly rating: number; readonly aspects: Partial<Record<string, number>> },
  change: 1 | -1,
) => {
  const summary = withRating(await findSummaryForUpdate(tx, kind, subjectId), rated, change)
  await saveSummary(tx, kind, subjectId, summary)
  return summary
}

/**
 * Counts a review into (`1`) or out of (`-1`) the summaries of the reviewed person and of the gig, in the transaction that makes
 * it visible or hides it. Answers the gig's numbers afterwards; null when it is not about a gig.
 */
export const countIn = async (
  tx: Transaction,
  review: ReviewRow,
  change: 1 | -1,
): Promise<{ count: number; sum: number } | null> => {
  await countOne(tx, review.side === 'BUYER' ? 'SELLER' : 'BUYER', review.revieweeId, review, change)
  if (!review.gigId) return null
  const gig = await countOne(tx, 'GIG', review.gigId, review, change)
  return { count: countOf(gig), sum: sumOf(gig) }
}
