import type { Transaction } from '@gigraph/shared/database'
import { rateLimited } from '@gigraph/shared/errors'
import { after, type Duration, milliseconds } from '@gigraph/shared/time'
import { and, count, eq, gt, min, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { conversations } from '../conversation/tables.ts'
import { CONVERSATIONS_PER_HOUR, MESSAGES_PER_MINUTE } from './message.ts'
import { messages } from './tables.ts'

/** One person's writing takes turns from here to the end of the transaction, so that counts are exact. Take it after the conversation. */
const lockWriter = (tx: Transaction, userId: string) =>
  tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`messaging writer ${userId}`}, 0))`)

const secondsUntil = (oldest: Date | null, window: Duration, now: Date): number =>
  Math.max(1, Math.ceil(((oldest ?? now).getTime() + milliseconds(window) - now.getTime()) / 1_000))

/** @throws {ApplicationError} RATE_LIMITED when the person has written too much within the last minute */
export const guardMessageRate = async ({ clock }: Context, tx: Transaction, userId: string): Promise<void> => {
  await lockWriter(tx, userId)
  const now = clock.now()
  const [written] = await tx
    .select({ count: count(), oldest: min(messages.createdAt) })
    .from(messages)
    .where(and(eq(messages.senderId, userId), gt(messages.createdAt, after(now, '-1m'))))
  if (written && written.count >= MESSAGES_PER_MINUTE)
    throw rateLimited(
      `You can write ${MESSAGES_PER_MINUTE} messages a minute; wait a little.`,
      secondsUntil(written.oldest, '1m', now),
    )
}

/**
 * Call it after the conversation is made and counts itself.
 *
 * @throws {ApplicationError} RATE_LIMITED when the person has started too many conversations within the last hour
 */
export const guardConversationRate = async ({ clock }: Context, tx: Transaction, userId: string): Promise<void> => {
  await lockWriter(tx, userId)
  const now = clock.now()
  const [started] = await tx
    .select({ count: count(), oldest: min(conversations.createdAt) })
    .from(conversations)
    .where(and(eq(conversations.startedBy, userId), gt(conversations.createdAt, after(now, '-1h'))))
  if (started && started.count > CONVERSATIONS_PER_HOUR)
    throw rateLimited(
      `You can start ${CONVERSATIONS_PER_HOUR} conversations an hour; wait a little.`,
      secondsUntil(started.oldest, '1h', now),
    )
}
