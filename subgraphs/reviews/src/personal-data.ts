import { rowsOf } from '@gigraph/shared/personal-data'
import { and, eq, isNotNull, isNull, or } from 'drizzle-orm'
import { reports, reviews, summaries, toolFeedback, toolUsers, windows } from './tables.ts'

/** What reviews knows of a person, for the export of their data. Of reviews on them only what is public, and not by whom. */
export const personalData = [
  rowsOf({
    name: 'written',
    table: reviews,
    of: (userId) => eq(reviews.reviewerId, userId),
    omit: ['reply', 'repliedAt', 'replyHiddenAt', 'replyHiddenReason', 'hiddenBy'],
  }),
  rowsOf({
    name: 'received',
    table: reviews,
    of: (userId) => and(eq(reviews.revieweeId, userId), isNotNull(reviews.publishedAt), isNull(reviews.hiddenAt)),
    omit: ['reviewerId', 'privateNote', 'hiddenBy'],
  }),
  rowsOf({
    name: 'windows',
    table: windows,
    of: (userId) => or(eq(windows.buyerId, userId), eq(windows.sellerId, userId)),
    key: windows.orderId,
  }),
  rowsOf({ name: 'ratings', table: summaries, of: (userId) => eq(summaries.subjectId, userId), key: summaries.kind }),
  rowsOf({ name: 'toolFeedback', table: toolFeedback, of: (userId) => eq(toolFeedback.userId, userId) }),
  rowsOf({ name: 'toolsUsed', table: toolUsers, of: (userId) => eq(toolUsers.userId, userId), key: toolUsers.toolId }),
  rowsOf({
    name: 'reports',
    table: reports,
    of: (userId) => eq(reports.reporterId, userId),
    omit: ['decidedBy'],
  }),
]
