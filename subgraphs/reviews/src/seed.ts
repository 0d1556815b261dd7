import { inChunks, transaction } from '@gigraph/shared/database'
import type { Context } from './context.ts'
import type { Aspect } from './review/review.ts'
import { emptySummary, type Summary, type SummaryKind, withRating } from './summary/summary.ts'
import { reports, reviews, summaries, windows } from './tables.ts'
import { remindersBy, type Side } from './window/window.ts'

/** One side's published review of a demo order. */
export interface SeedReview {
  readonly id: string
  readonly side: Side
  readonly rating: number
  readonly aspects: Partial<Record<Aspect, number>>
  readonly comment: string
  readonly reply: string | null
  /** Why the reviewed person has reported it. */
  readonly report?: string
}

/** A finished demo order with what its sides wrote. */
export interface SeedReviewedOrder {
  readonly orderId: string
  readonly title: string
  readonly buyerId: string
  readonly sellerId: string
  readonly gigId: string | null
  readonly completedAt: Date
  /** When both were published; null: the window is still open. */
  readonly publishedAt: Date | null
  readonly closesAt: Date
  readonly reviews: readonly SeedReview[]
}

const CHUNK = 1_000

/** Writes windows, reviews, their summaries and reports; publishes nothing. */
export const seedReviews = (ctx: Context, orders: readonly SeedReviewedOrder[]): Promise<void> =>
  transaction(
    ctx.db,
    async (tx) => {
      for (const chunk of inChunks(orders, CHUNK))
        await tx.insert(windows).values(
          chunk.map(({ orderId, title, buyerId, sellerId, gigId, completedAt, publishedAt, closesAt }) => ({
            orderId,
            title,
            buyerId,
            sellerId,
            gigId,
            open: 'BOTH' as const,
            opensAt: completedAt,
            closesAt,
            closedAt: publishedAt,
            remindersPast: remindersBy({ opensAt: completedAt }, ctx.clock.now()),
          })),
        )
      const rows = orders.flatMap((order) => order.reviews.map((review) => reviewRow(order, review)))
      for (const chunk of inChunks(rows, CHUNK)) await tx.insert(reviews).values(chunk)
      for (const chunk of inChunks(summaryRows(rows), CHUNK)) await tx.insert(summaries).values(chunk)
      const reported = orders.flatMap((order) => order.reviews.flatMap((review) => reportRow(ctx, order, review)))
      for (const chunk of inChunks(reported, CHUNK)) await tx.insert(reports).values(chunk)
    },
    { timeoutMs: 60_000 },
  )

const reviewRow = (order: SeedReviewedOrder, { id, side, rating, aspects, comment, reply }: SeedReview) => ({
  id,
  orderId: order.orderId,
  side,
  reviewerId: side === 'BUYER' ? order.buyerId : order.sellerId,
  revieweeId: side === 'BUYER' ? order.sellerId : order.buyerId,
  gigId: side === 'BUYER' ? order.gigId : null,
  rating,
  aspects,
  comment,
  privateNote: null,
  submittedAt: order.publishedAt ?? order.completedAt,
  updatedAt: order.publishedAt ?? order.completedAt,
  publishedAt: order.publishedAt,
  reply,
  repliedAt: reply ? order.publishedAt : null,
})

const reportRow = (ctx: Context, order: SeedReviewedOrder, { id, side, report }: SeedReview) =>
  report && order.publishedAt
    ? [
        {
          ...{ id: ctx.makeId(), reviewId: id, reason: report, createdAt: order.publishedAt },
          reporterId: side === 'BUYER' ? order.sellerId : order.buyerId,
        },
      ]
    : []

const summaryRows = (rows: readonly ReturnType<typeof reviewRow>[]) => {
  const counted = new Map<string, Summary>()
  const add = (kind: SummaryKind, id: string, row: ReturnType<typeof reviewRow>) =>
    counted.set(`${kind}:${id}`, withRating(counted.get(`${kind}:${id}`) ?? emptySummary, row, 1))
  for (const row of rows) {
    if (!row.publishedAt) continue
    add(row.side === 'BUYER' ? 'SELLER' : 'BUYER', row.revieweeId, row)
    if (row.gigId) add('GIG', row.gigId, row)
  }
  return [...counted].map(([key, { stars, aspects }]) => {
    const [kind = '', subjectId = ''] = key.split(':')
    return {
      kind: kind as SummaryKind,
      subjectId,
      stars: [...stars],
      aspects: { ...aspects } as Record<string, { count: number; sum: number }>,
    }
  })
}
