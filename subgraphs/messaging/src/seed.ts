import { inChunks, type Transaction, transaction } from '@gigraph/shared/database'
import type { Context } from './context.ts'
import { type ConversationKind, peopleKey } from './conversation/conversation.ts'
import { conversations, participants } from './conversation/tables.ts'
import { messages, reactions } from './message/tables.ts'
import type { Category } from './notification/notification.ts'
import { notifications } from './notification/tables.ts'
import { people } from './people/tables.ts'

/** A message of a demo conversation; the order of the list is the order of the conversation. */
export interface SeedMessage {
  readonly id: string
  /** Null: the system. */
  readonly senderId: string | null
  readonly body: string
  readonly createdAt: Date
  /** The earlier message that it answers. */
  readonly replyToId?: string
  /** Who liked it, with which emoji. */
  readonly reactions?: readonly { readonly userId: string; readonly emoji: string }[]
}

/** A demo conversation between two people, with what each has read. */
export interface SeedConversation {
  readonly id: string
  readonly kind: Exclude<ConversationKind, 'TICKET'>
  /** The gig, proposal or order; null when direct. */
  readonly subjectId: string | null
  readonly title: string | null
  readonly userIds: readonly [string, string]
  readonly startedBy: string | null
  readonly createdAt: Date
  readonly messages: readonly SeedMessage[]
  /** How many of the messages each has read; all of them for those who are absent. */
  readonly read?: Readonly<Record<string, number>>
}

/** A demo notification; never mailed. */
export interface SeedNotification {
  readonly id: string
  readonly userId: string
  readonly category: Category
  readonly title: string
  readonly body: string
  readonly link: string
  readonly orderId: string | null
  readonly createdAt: Date
  readonly readAt: Date | null
}

/** A demo user with roles, as identity's events would have told. */
export interface SeedPerson {
  readonly userId: string
  readonly roles: readonly string[]
}

/** What the demo says and tells. */
export interface SeedMessaging {
  readonly people: readonly SeedPerson[]
  readonly conversations: readonly SeedConversation[]
  readonly notifications: readonly SeedNotification[]
}

const CHUNK = 1_000

const write = async <Row>(rows: readonly Row[], insert: (chunk: Row[]) => PromiseLike<unknown>): Promise<void> => {
  for (const chunk of inChunks(rows, CHUNK)) await insert(chunk)
}

/** Writes people, conversations, messages and notifications as they would stand; publishes and mails nothing. */
export const seedMessaging = (ctx: Context, rows: SeedMessaging): Promise<void> =>
  transaction(
    ctx.db,
    async (tx) => {
      await write(rows.people, (chunk) =>
        tx.insert(people).values(chunk.map(({ userId, roles }) => ({ userId, roles: [...roles] }))),
      )
      await seedConversations(tx, rows.conversations)
      await write(rows.notifications, (chunk) => tx.insert(notifications).values(chunk))
    },
    { timeoutMs: 60_000 },
  )

const seedConversations = async (tx: Transaction, rows: readonly SeedConversation[]): Promise<void> => {
  await write(rows.map(conversationRow), (chunk) => tx.insert(conversations).values(chunk))
  await write(rows.flatMap(participantRows), (chunk) => tx.insert(participants).values(chunk))
  await write(rows.flatMap(messageRows), (chunk) => tx.insert(messages).values(chunk))
  await write(rows.flatMap(reactionRows), (chunk) => tx.insert(reactions).values(chunk))
}

const conversationRow = ({
  userIds,
  messages: written,
  ...row
}: SeedConversation): typeof conversations.$inferInsert => {
  const lastSent = written.findLast(({ senderId }) => senderId !== null)
  return {
    id: row.id,
    kind: row.kind,
    subjectId: row.subjectId,
    title: row.title,
    peopleKey: peopleKey(userIds),
    startedBy: row.startedBy,
    createdAt: row.createdAt,
    lastSequence: written.length,
    lastMessageAt: written.at(-1)?.createdAt ?? null,
    lastSenderId: lastSent?.senderId ?? null,
    lastSentAt: lastSent?.createdAt ?? null,
  }
}

const participantRows = ({ id, userIds, messages: written, read = {} }: SeedConversation) =>
  userIds.map((userId) => ({
    conversationId: id,
    userId,
    readSequence: read[userId] ?? written.length,
    lastMessageAt: written.at(-1)?.createdAt ?? null,
  }))

const messageRows = ({ id, messages: written }: SeedConversation): (typeof messages.$inferInsert)[] =>
  written.map(({ reactions: _, ...message }, index) => ({
    ...message,
    conversationId: id,
    sequence: index + 1,
    kind: message.senderId ? 'TEXT' : 'SYSTEM',
  }))

const reactionRows = ({ messages: written }: SeedConversation): (typeof reactions.$inferInsert)[] =>
  written.flatMap(({ id: messageId, createdAt, reactions: liked = [] }) =>
    liked.map((reaction) => ({ ...reaction, messageId, createdAt })),
  )
