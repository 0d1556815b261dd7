import type { conversations, participants } from './tables.ts'

export type ConversationRow = typeof conversations.$inferSelect
export type ParticipantRow = typeof participants.$inferSelect
export type ConversationKind = ConversationRow['kind']

/** The same people, in whatever order, have the same key. */
export const peopleKey = (userIds: readonly string[]): string => [...new Set(userIds)].sort().join(':')

/** How many messages somebody has not read. */
export const unreadOf = (
  conversation: Pick<ConversationRow, 'lastSequence'>,
  participant: Pick<ParticipantRow, 'readSequence'>,
): number => Math.max(0, conversation.lastSequence - participant.readSequence)

export const isMuted = ({ mutedUntil }: Pick<ParticipantRow, 'mutedUntil'>, now: Date): boolean =>
  mutedUntil !== null && mutedUntil > now

/** Conversations that a block ends. Those about an order and with support go on: work and money need an end. */
export const endsWithBlock = (kind: ConversationKind): boolean => kind !== 'ORDER' && kind !== 'TICKET'
