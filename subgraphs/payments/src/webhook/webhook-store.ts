import type { Database, Transaction } from '@gigraph/shared/database'
import { and, asc, eq, isNull, lt } from 'drizzle-orm'
import { webhookEvents } from './tables.ts'

type WebhookEvent = typeof webhookEvents.$inferSelect

/** @returns whether it is new */
export const insertWebhookEvent = async (
  tx: Transaction,
  event: Omit<WebhookEvent, 'processedAt'>,
): Promise<boolean> => {
  const inserted = await tx.insert(webhookEvents).values(event).onConflictDoNothing().returning()
  return inserted.length > 0
}

export const findOptionalWebhookEvent = async (db: Database, id: string): Promise<WebhookEvent | undefined> => {
  const [row] = await db.select().from(webhookEvents).where(eq(webhookEvents.id, id))
  return row
}

export const markProcessed = async (db: Database, id: string, at: Date): Promise<void> => {
  await db.update(webhookEvents).set({ processedAt: at }).where(eq(webhookEvents.id, id))
}

export const listWaitingEventIds = async (db: Database, before: Date, limit: number): Promise<string[]> => {
  const found = await db
    .select({ id: webhookEvents.id })
    .from(webhookEvents)
    .where(and(isNull(webhookEvents.processedAt), lt(webhookEvents.receivedAt, before)))
    .orderBy(asc(webhookEvents.createdAt))
    .limit(limit)
  return found.map(({ id }) => id)
}
