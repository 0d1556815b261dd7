import type { ReportRow } from './moderation/report-store.ts'
import type { ReviewRow } from './review/review.ts'
import type { Summary } from './summary/summary.ts'
import type { FeedbackRow } from './tool-feedback/tool-feedback-store.ts'
import type { WindowRow } from './window/window.ts'

/** What resolvers get as the parent of each type. */
export type Review = ReviewRow
export type RatingSummary = Summary
export type ToolFeedback = FeedbackRow
export type ReviewReport = ReportRow
export type PendingReview = WindowRow
export interface User {
  readonly id: string
}
export interface Viewer {
  readonly id: string
}
export interface Gig {
  readonly id: string
}
export interface Tool {
  readonly id: string
}
export interface Order {
  readonly id: string
}
