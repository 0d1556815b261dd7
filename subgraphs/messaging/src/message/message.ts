import type { messages } from './tables.ts'

export type MessageRow = typeof messages.$inferSelect

/** The longest text, in characters. */
export const LONGEST_BODY = 10_000

/** Messages that a person may write in a minute, and conversations to start in an hour. */
export const MESSAGES_PER_MINUTE = 20
export const CONVERSATIONS_PER_HOUR = 5

/** How long the author may change a text. */
export const EDITABLE = '15m'
/** Files that a message may hold. */
export const MOST_ATTACHMENTS = 10
/** Reactions that one person may have on one message. */
export const REACTIONS_PER_PERSON = 10
