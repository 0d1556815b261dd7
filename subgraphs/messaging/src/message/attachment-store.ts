import type { Database, Transaction } from '@gigraph/shared/database'
import type { Batch } from '@gigraph/shared/graphql'
import { and, asc, eq, inArray, isNull, notExists } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { attachments, messageReports } from './tables.ts'

/** Attaches uploads to a new message, in their order. Check {@link isAnyAttached} before. */
export const insertAttachments = async (
  tx: Transaction,
  messageId: string,
  uploadIds: readonly string[],
): Promise<void> => {
  if (uploadIds.length === 0) return
  await tx.insert(attachments).values(uploadIds.map((uploadId, position) => ({ uploadId, messageId, position })))
}

/** Whether one of these uploads stands in a message. Exact while their owner's writing takes turns: see `guardMessageRate`. */
export const isAnyAttached = async (tx: Transaction, uploadIds: readonly string[]): Promise<boolean> => {
  if (uploadIds.length === 0) return false
  const found = await tx
    .select({ uploadId: attachments.uploadId })
    .from(attachments)
    .where(inArray(attachments.uploadId, [...uploadIds]))
    .limit(1)
  return found.length > 0
}

export const listAttachments = async (
  db: Database | Transaction,
  messageIds: readonly string[],
): Promise<Map<string, string[]>> => {
  const found = await db
    .select()
    .from(attachments)
    .where(inArray(attachments.messageId, [...messageIds]))
    .orderBy(asc(attachments.messageId), asc(attachments.position))
  const byMessage = Map.groupBy(found, ({ messageId }) => messageId)
  return new Map([...byMessage].map(([messageId, rows]) => [messageId, rows.map(({ uploadId }) => uploadId)]))
}

/** Uploads by message, in their order; messages without any are absent. */
export const attachmentsByMessage: Batch<Context, string, string[]> = ({ db }, messageIds) =>
  listAttachments(db, messageIds)

/** Takes the files off a message and answers them; none while a report of it is open, for staff to see them. */
export const detachUnreported = async (tx: Transaction, messageId: string): Promise<string[]> => {
  const openReports = tx
    .select({ id: messageReports.id })
    .from(messageReports)
    .where(and(eq(messageReports.messageId, messageId), isNull(messageReports.resolvedAt)))
  const detached = await tx
    .delete(attachments)
    .where(and(eq(attachments.messageId, messageId), notExists(openReports)))
    .returning({ uploadId: attachments.uploadId })
  return detached.map(({ uploadId }) => uploadId)
}
